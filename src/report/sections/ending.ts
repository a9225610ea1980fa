/** The section on how the recording ended: the stop, the files that came after it, the wait for Agora's backup cloud. */
import type { Manifest } from "../../manifest/schema.ts";
import { counted } from "../../lib/quantities.ts";
import { html, type Html } from "../html.ts";
import { axis, type Frame, frameOf, type Strip, strip } from "../timeline.ts";
import { facts, table } from "../table.ts";
import { dateAndTime, length, timeOfDay } from "../format.ts";

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
export function endingSection(manifest: Manifest, arrivals: readonly string[]): Html {
  const { stop, timeline } = manifest;
  const stopMs = Date.parse(stop.at);
  const arrivedMs = arrivals.map((at) => Date.parse(at)).toSorted((a, b) => a - b);
  const late = arrivedMs.filter((ms) => ms > stopMs);
  const rows = timeline.map(({ at, source, what }) => [dateAndTime(at), SOURCES[source], what]);
  return html`<section class="story" aria-labelledby="ending">
    <h2 id="ending">How it ended</h2>
    ${facts(factsOf(manifest, { late, total: arrivedMs.length }))}${drawing(manifest, late)}
    ${table({ caption: "What was learnt, and from whom", columns: ["When", "From", "What"], rows })}
  </section>`;
}

function factsOf({ stop, backup, forced }: Manifest, { late, total }: { late: number[]; total: number }) {
  const { status, at, attempts, uploadingStatus } = stop;
  const last = late.at(-1);
  const waited = backup && `${length(backup.waitedMs)}: ${DETECTED[backup.detectedBy]}`;
  const arrived =
    last === undefined
      ? "all were there at the stop"
      : afterStop({ late: late.length, total, lastMs: last - Date.parse(at) });
  return [
    [
      "Stop",
      html`${STOPS[status]}, ${dateAndTime(at)}${attempts > 0 ? `, after ${counted(attempts, "call")}` : ""}`,
    ] as const,
    ...(uploadingStatus === null ? [] : [["Agora's word", UPLOADS[uploadingStatus]] as const]),
    ...(total === 0 ? [] : [["Files", arrived] as const]),
    ["Backup wait", waited ?? "none"] as const,
    ...(forced ? [["Forced", "somebody cut the story short, and what was there had to do"] as const] : []),
  ];
}

function afterStop({ late, total, lastMs }: { late: number; total: number; lastMs: number }): string {
  return `${late.toLocaleString("en-US")} of ${total.toLocaleString("en-US")} were written after the stop, the last ${length(lastMs)} after it`;
}

function drawing(manifest: Manifest, late: number[]): Html {
  const { stop, timeline } = manifest;
  const waits = backupWait(manifest);
  const moments = [stop.at, ...timeline.map(({ at }) => at)].map((at) => Date.parse(at));
  const frame = frameOf([...waits, ...[...moments, ...late].map((ms) => ({ fromMs: ms, toMs: ms }))]);
  if (frame === undefined) return html``;
  return html`<p>
      From ${dateAndTime(frame.fromMs)} to ${dateAndTime(frame.toMs)}: ${length(frame.toMs - frame.fromMs)}.
    </p>
    ${rowsOf(manifest, { late, waits }).map((row, index) => drawRow(row, { frame, id: `ending-${index}` }))}${axis(frame)}`;
}

type Row = { title: string; bars: Strip["bars"]; marks: Strip["marks"] };

function rowsOf({ backup, timeline }: Manifest, { late, waits }: { late: number[]; waits: Frame[] }): Row[] {
  const learnt = timeline.map(({ at, what }) => ({ kind: "event" as const, atMs: Date.parse(at), what }));
  const written = late.map((atMs) => ({ kind: "file" as const, atMs, what: "A file was written" }));
  const bars = waits.map((wait) => ({ kind: "wait" as const, ...wait }));
  return [
    { title: `${counted(learnt.length, "thing")} learnt`, bars: [], marks: learnt },
    ...(late.length > 0
      ? [{ title: `${counted(late.length, "file")} written after the stop`, bars: [], marks: written }]
      : []),
    ...(backup && waits.length > 0
      ? [{ title: `Waiting ${length(backup.waitedMs)} for the backup cloud`, bars, marks: [] }]
      : []),
  ];
}

function drawRow({ title, ...row }: Row, { frame, id }: { frame: Frame; id: string }): Html {
  const when = [
    ...row.marks.map(({ atMs }) => atMs),
    ...row.bars.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
  ].toSorted((a, b) => a - b);
  const [first = 0, last = first] = [when[0], when.at(-1)];
  const description = `Between ${timeOfDay(first)} and ${timeOfDay(last)}`;
  return html`<p class="told">${title}</p>
    ${strip({ id, title, description, ...row }, frame)}`;
}

/** The manifest tells how long the wait was, and in its timeline when the backup cloud was first spoken of. */
function backupWait({ backup, timeline }: Manifest): Frame[] {
  if (backup === null) return [];
  const source = backup.detectedBy === "inferred" ? "bucket" : backup.detectedBy;
  const first = timeline.find((moment) => moment.source === source && /backup cloud/i.test(moment.what));
  if (first === undefined) return [];
  const fromMs = Date.parse(first.at);
  return [{ fromMs, toMs: fromMs + backup.waitedMs }];
}
