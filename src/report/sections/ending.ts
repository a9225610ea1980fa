/** The section on how the recording ended: the stop, the files that came after it, the wait for Agora's backup cloud. */
import type { TimelineKind } from "../../contract/timeline.ts";
import type { Manifest } from "../../manifest/schema.ts";
import { formatDuration, formatNumber, plural } from "../../lib/quantities.ts";
import { html, type Html } from "../html.ts";
import { renderAxis, type TimeRange, computeRange, type TimelineRow, renderTimelineRow } from "../timeline.ts";
import { renderFacts, renderTable } from "../table.ts";
import { renderDateTime, formatTimeOfDay } from "../format.ts";

const STOPS: Record<Manifest["stop"]["status"], string> = {
  accepted: "Agora accepted it",
  "already-ended": "the recording had ended before",
  "nothing-recorded": "Agora says that nothing was recorded",
  unconfirmed: "Agora gave no clear answer",
  "not-sent": "none was sent",
};

const UPLOADS = {
  uploaded: "uploaded to the store",
  backuped: "moved to its backup cloud",
  backuping: "moving to its backup cloud",
  unknown: "not known",
} as const;

const DETECTED = {
  stop: "Agora's answer to the stop told of it",
  notification: "a notification told of it",
  inferred: "files were missing when the time for the upload was over",
} as const;

const SOURCES = {
  stop: "Stop",
  query: "Agora's answer to a query",
  notification: "Agora's notification",
  bucket: "The store",
  operator: "Somebody",
} as const;

/** `arrivals`: when each file was last written, ISO 8601. */
export function renderEnding(manifest: Manifest, arrivals: readonly string[]): Html {
  const { stop, timeline } = manifest;
  const stopMs = Date.parse(stop.at);
  const arrivedMs = arrivals.map((at) => Date.parse(at)).toSorted((a, b) => a - b);
  const late = arrivedMs.filter((ms) => ms > stopMs);
  const rows = timeline.map(({ at, source, what }) => [renderDateTime(at), SOURCES[source], what]);
  return html`<section class="story" aria-labelledby="ending">
    <h2 id="ending">How it ended</h2>
    ${renderFacts(listFacts(manifest, { late, total: arrivedMs.length }))}${renderDrawing(manifest, late)}
    ${renderTable({ caption: "What was learnt, and from whom", columns: ["When", "From", "What"], rows })}
  </section>`;
}

function listFacts({ stop, backup, forced }: Manifest, { late, total }: { late: number[]; total: number }) {
  const { status, at, attempts, uploadingStatus } = stop;
  const last = late.at(-1);
  const waited = backup && `${formatDuration(backup.waitedMs)}: ${DETECTED[backup.detectedBy]}`;
  const arrived =
    last === undefined
      ? "all were there at the stop"
      : describeLateFiles({ late: late.length, total, lastMs: last - Date.parse(at) });
  return [
    [
      "Stop",
      html`${STOPS[status]}, ${renderDateTime(at)}${attempts > 0 ? `, after ${plural(attempts, "call")}` : ""}`,
    ] as const,
    ...(uploadingStatus === null ? [] : [["Agora's word", UPLOADS[uploadingStatus]] as const]),
    ...(total === 0 ? [] : [["Files", arrived] as const]),
    ["Backup wait", waited ?? "none"] as const,
    ...(forced ? [["Forced", "somebody cut the story short, and what was there had to do"] as const] : []),
  ];
}

function describeLateFiles({ late, total, lastMs }: { late: number; total: number; lastMs: number }): string {
  return `${formatNumber(late)} of ${formatNumber(total)} were written after the stop, the last ${formatDuration(lastMs)} after it`;
}

function renderDrawing(manifest: Manifest, late: number[]): Html {
  const { stop, timeline } = manifest;
  const waits = findBackupWait(manifest);
  const moments = [stop.at, ...timeline.map(({ at }) => at)].map((at) => Date.parse(at));
  const frame = computeRange([...waits, ...[...moments, ...late].map((ms) => ({ fromMs: ms, toMs: ms }))]);
  if (frame === undefined) return html``;
  return html`<p>
      From ${renderDateTime(frame.fromMs)} to ${renderDateTime(frame.toMs)}:
      ${formatDuration(frame.toMs - frame.fromMs)}.
    </p>
    ${buildRows(manifest, { late, waits }).map((row, index) => renderRow(row, { frame, id: `ending-${index}` }))}${renderAxis(frame)}`;
}

type Row = { title: string; bars: TimelineRow["bars"]; marks: TimelineRow["marks"] };

function buildRows({ backup, timeline }: Manifest, { late, waits }: { late: number[]; waits: TimeRange[] }): Row[] {
  const learnt = timeline.map(({ at, what }) => ({ kind: "event" as const, atMs: Date.parse(at), what }));
  const written = late.map((atMs) => ({ kind: "file" as const, atMs, what: "A file was written" }));
  const bars = waits.map((wait) => ({ kind: "wait" as const, ...wait }));
  return [
    { title: `${plural(learnt.length, "thing")} learnt`, bars: [], marks: learnt },
    ...(late.length > 0
      ? [{ title: `${plural(late.length, "file")} written after the stop`, bars: [], marks: written }]
      : []),
    ...(backup && waits.length > 0
      ? [{ title: `Waiting ${formatDuration(backup.waitedMs)} for the backup cloud`, bars, marks: [] }]
      : []),
  ];
}

function renderRow({ title, ...row }: Row, { frame, id }: { frame: TimeRange; id: string }): Html {
  const when = [
    ...row.marks.map(({ atMs }) => atMs),
    ...row.bars.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
  ].toSorted((a, b) => a - b);
  const [first = 0, last = first] = [when[0], when.at(-1)];
  const description = `Between ${formatTimeOfDay(first)} and ${formatTimeOfDay(last)}`;
  return html`<p class="told">${title}</p>
    ${renderTimelineRow({ id, title, description, ...row }, frame)}`;
}

/** The manifest tells how long the wait was, and in its timeline when the backup cloud was first spoken of. */
function findBackupWait({ backup, timeline }: Manifest): TimeRange[] {
  if (backup === null) return [];
  const first = timeline.find(({ kind }) => kind === ("backup-detected" satisfies TimelineKind));
  if (first === undefined) return [];
  const fromMs = Date.parse(first.at);
  return [{ fromMs, toMs: fromMs + backup.waitedMs }];
}
