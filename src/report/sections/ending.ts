/** The section on how the recording ended: the stop, the files written after it, the wait for Agora's backup cloud. */
import type { TimelineKind } from "../../contract/timeline.ts";
import type { Manifest } from "../../manifest/schema.ts";
import { formatDuration, formatNumber, plural } from "../../lib/quantities.ts";
import { html, type Html } from "../html.ts";
import { renderAxis, type TimeRange, computeRange, type TimelineRow, renderTimelineRow } from "../timeline.ts";
import { type Fact, renderFacts, renderTable } from "../table.ts";
import { renderDateTime, formatTimeOfDay } from "../format.ts";

const STOPS: Record<Manifest["stop"]["status"], string> = {
  accepted: "Agora accepted it",
  "already-ended": "the recording had ended before",
  "nothing-recorded": "Agora says that nothing was recorded",
  unconfirmed: "Agora gave no clear answer",
  "not-sent": "none was sent",
};

const UPLOADS: Record<NonNullable<Manifest["stop"]["uploadingStatus"]>, string> = {
  uploaded: "uploaded to the store",
  backuped: "moved to its backup cloud",
  backuping: "moving to its backup cloud",
  stranded: "kept on its servers, to be uploaded later",
  unknown: "not known",
};

const DETECTED: Record<NonNullable<Manifest["backup"]>["detectedBy"], string> = {
  stop: "Agora's answer to the stop reported it",
  notification: "a notification reported it",
  inferred: "files were missing when the time for the upload was over",
};

const SOURCES: Record<Manifest["timeline"][number]["source"], string> = {
  stop: "Stop",
  query: "Agora's answer to a query",
  notification: "Agora's notification",
  bucket: "The store",
  operator: "An operator",
};

/** `arrivals`: when each file was last written, ISO 8601. */
export function renderEnding(manifest: Manifest, arrivals: readonly string[]): Html {
  const { stop, timeline } = manifest;
  const stopMs = Date.parse(stop.at);
  const arrivedMs = arrivals.map((at) => Date.parse(at)).toSorted((a, b) => a - b);
  const late = arrivedMs.filter((ms) => ms > stopMs);
  const rows = timeline.map(({ at, source, what }) => [renderDateTime(at), SOURCES[source], what]);
  return html`<section class="ending" aria-labelledby="ending">
    <h2 id="ending">How it ended</h2>
    ${renderFacts(listFacts(manifest, { late, total: arrivedMs.length }))}${renderDrawing(manifest, late)}
    ${renderTable({ caption: "What was learnt, and from whom", columns: ["When", "From", "What"], rows })}
  </section>`;
}

function listFacts(manifest: Manifest, { late, total }: { late: number[]; total: number }): Fact[] {
  const { stop, backup, forced } = manifest;
  const calls = stop.attempts > 0 ? `, after ${plural(stop.attempts, "call")}` : "";
  const facts: Fact[] = [["Stop", html`${STOPS[stop.status]}, ${renderDateTime(stop.at)}${calls}`]];
  if (stop.uploadingStatus !== null) facts.push(["Agora said", UPLOADS[stop.uploadingStatus]]);
  if (total > 0) facts.push(["Files", describeArrivals(manifest, { late, total })]);
  facts.push([
    "Backup wait",
    backup === null ? "none" : `${formatDuration(backup.waitedMs)}: ${DETECTED[backup.detectedBy]}`,
  ]);
  if (forced) facts.push(["Forced", "a force-stop ended the wait, and the files that were there were checked"]);
  return facts;
}

function describeArrivals({ stop, outcome }: Manifest, { late, total }: { late: number[]; total: number }): string {
  const lastMs = late.at(-1);
  if (lastMs === undefined) {
    return outcome === "incomplete" ? "all but the missing ones were there at the stop" : "all were there at the stop";
  }
  const delay = formatDuration(lastMs - Date.parse(stop.at));
  return `${formatNumber(late.length)} of ${formatNumber(total)} were written after the stop, the last ${delay} after it`;
}

function renderDrawing(manifest: Manifest, late: number[]): Html {
  const { stop, timeline } = manifest;
  const waits = findBackupWait(manifest);
  const moments = [stop.at, ...timeline.map(({ at }) => at)].map((at) => Date.parse(at));
  const range = computeRange([...waits, ...[...moments, ...late].map((ms) => ({ fromMs: ms, toMs: ms }))]);
  if (range === undefined) return html``;
  return html`<p>
      From ${renderDateTime(range.fromMs)} to ${renderDateTime(range.toMs)}:
      ${formatDuration(range.toMs - range.fromMs)}.
    </p>
    ${buildRows(manifest, { late, waits }).map((row, index) => renderRow(row, { range, id: `ending-${index}` }))}${renderAxis(range)}`;
}

type Row = { title: string; bars: TimelineRow["bars"]; marks: TimelineRow["marks"] };

function buildRows({ backup, timeline }: Manifest, { late, waits }: { late: number[]; waits: TimeRange[] }): Row[] {
  const learnt = timeline.map(({ at, what }) => ({ kind: "event" as const, atMs: Date.parse(at), what }));
  const rows: Row[] = [{ title: `${plural(learnt.length, "thing")} learnt`, bars: [], marks: learnt }];
  if (late.length > 0) {
    const marks = late.map((atMs) => ({ kind: "file" as const, atMs, what: "A file was written" }));
    rows.push({ title: `${plural(late.length, "file")} written after the stop`, bars: [], marks });
  }
  if (backup !== null && waits.length > 0) {
    const bars = waits.map((wait) => ({ kind: "wait" as const, ...wait }));
    rows.push({ title: `Waiting ${formatDuration(backup.waitedMs)} for the backup cloud`, bars, marks: [] });
  }
  return rows;
}

function renderRow({ title, ...row }: Row, { range, id }: { range: TimeRange; id: string }): Html {
  const times = [...row.marks.map(({ atMs }) => atMs), ...row.bars.flatMap(({ fromMs, toMs }) => [fromMs, toMs])];
  const sorted = times.toSorted((a, b) => a - b);
  const [first = 0, last = first] = [sorted[0], sorted.at(-1)];
  const description = `Between ${formatTimeOfDay(first)} and ${formatTimeOfDay(last)}`;
  return html`<p class="summary">${title}</p>
    ${renderTimelineRow({ id, title, description, ...row }, range)}`;
}

/** The manifest has the length of the wait, and its timeline has the start. */
function findBackupWait({ backup, timeline }: Manifest): TimeRange[] {
  if (backup === null) return [];
  const first = timeline.find(({ kind }) => kind === ("backup-detected" satisfies TimelineKind));
  if (first === undefined) return [];
  const fromMs = Date.parse(first.at);
  return [{ fromMs, toMs: fromMs + backup.waitedMs }];
}
