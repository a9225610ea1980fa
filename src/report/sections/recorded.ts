/** The section on what was recorded when: a row for each playlist, with its missing segments and its gaps. */
import type { Manifest, Segment } from "../../manifest/schema.ts";
import { formatDuration, formatNumber, plural } from "../../lib/quantities.ts";
import { html, type Html } from "../html.ts";
import { buildIntervals, type Interval } from "../intervals.ts";
import { computeRange, renderAxis, renderSwatch, renderTimelineRow, type TimeRange } from "../timeline.ts";
import { MOST_ROWS, renderDetails, renderLeftOut, renderTable } from "../table.ts";
import { formatTrackName } from "../track-name.ts";
import { formatTimeOfDay, renderDateTime } from "../format.ts";

const KINDS = {
  recorded: { name: "Recorded", meaning: "recorded" },
  missing: { name: "Missing", meaning: "missing: the playlist names it, and it is not there" },
  gap: { name: "Gap", meaning: "gap: the playlist names nothing for this time" },
} satisfies Record<Interval["kind"], { name: string; meaning: string }>;

type Track = { name: string; intervals: Interval[] };

/** `segments`: those of the manifest or its side file, or a sentence on why they are not known. */
export function renderRecorded(manifest: Manifest, segments: readonly Segment[] | string): Html {
  return html`<section aria-labelledby="recorded">
    <h2 id="recorded">What was recorded when</h2>
    ${typeof segments === "string" ? html`<p>${segments}</p>` : renderDrawing(buildTracks(manifest, segments))}
  </section>`;
}

function buildTracks(manifest: Manifest, segments: readonly Segment[]): Track[] {
  const byPlaylist = Map.groupBy(segments, ({ playlist }) => playlist);
  return manifest.playlists.map((playlist) => ({
    name: formatTrackName(playlist, manifest.recording.mode),
    intervals: buildIntervals(playlist, byPlaylist.get(playlist.key) ?? []),
  }));
}

function renderDrawing(tracks: Track[]): Html {
  const intervals = tracks.flatMap((track) => track.intervals);
  const range = computeRange(intervals);
  if (range === undefined) return html`<p>No segment has a time in its name.</p>`;
  const rows = tracks.flatMap(({ name, intervals: own }) => own.map((interval) => formatRow(name, interval)));
  return html`<p>
      From ${renderDateTime(range.fromMs)} to ${renderDateTime(range.toMs)}, as the names of the segments tell:
      ${formatDuration(range.toMs - range.fromMs)}.
    </p>
    <ul class="legend">
      ${renderLegend(intervals)}
    </ul>
    ${tracks.slice(0, MOST_ROWS).map((track, index) => renderTrack(track, { range, id: `track-${index}` }))}
    ${renderAxis(range)}${renderLeftOut(tracks.length, "track")}
    ${renderDetails(`The same as a table, ${plural(rows.length, "row")}`, renderTable({ caption: "Intervals of each track", columns: ["Track", "What", "From", "To", "Length", "Segments"], rows }))}`;
}

function renderTrack({ name, intervals }: Track, { range, id }: { range: TimeRange; id: string }): Html {
  const description = describeTrack(intervals);
  const bars = intervals.flatMap(({ kind, fromMs, toMs }) => (kind === "gap" ? [] : [{ kind, fromMs, toMs }]));
  const marks = intervals.flatMap((interval) => {
    const { kind, fromMs, toMs } = interval;
    if (kind === "recorded") return [];
    return [{ kind, atMs: (fromMs + toMs) / 2, what: `${KINDS[kind].name} ${formatRange(interval)}` }];
  });
  return html`<h3>${name}</h3>
    <p class="summary">${description}</p>
    ${renderTimelineRow({ id, title: name, description, bars, marks }, range)}`;
}

function describeTrack(intervals: Interval[]): string {
  const byKind = Map.groupBy(intervals, ({ kind }) => kind);
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (first === undefined || last === undefined) return "No segment of it has a time in its name";
  const missing = countSegments(byKind.get("missing") ?? []);
  const gaps = byKind.get("gap") ?? [];
  const gapsMs = gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const together = gaps.length > 1 ? " together" : "";
  return [
    `${formatTimeOfDay(first.fromMs)} to ${formatTimeOfDay(last.toMs)}`,
    plural(countSegments(byKind.get("recorded") ?? []), "segment"),
    missing === 0 ? "none missing" : `${formatNumber(missing)} missing`,
    gaps.length === 0 ? "no gap" : `${plural(gaps.length, "gap")} of ${formatDuration(gapsMs)}${together}`,
  ].join(", ");
}

function countSegments(intervals: Interval[]): number {
  return intervals.reduce((sum, { segments }) => sum + segments, 0);
}

function formatRow(name: string, interval: Interval): (Html | string)[] {
  const { kind, fromMs, toMs, segments } = interval;
  const what = html`<span class="state ${kind}">${KINDS[kind].name}</span>`;
  const times = [renderDateTime(fromMs), renderDateTime(toMs), formatDuration(toMs - fromMs)];
  return [html`<bdi>${name}</bdi>`, what, ...times, kind === "gap" ? "none" : formatNumber(segments)];
}

function formatRange({ fromMs, toMs }: Interval): string {
  return `from ${formatTimeOfDay(fromMs)} to ${formatTimeOfDay(toMs)}`;
}

/** Explains what the drawing shows, and always the bars. */
function renderLegend(intervals: Interval[]): Html[] {
  const kinds = new Set(intervals.map(({ kind }) => kind)).add("recorded");
  const shown = (["recorded", "missing", "gap"] as const).filter((kind) => kinds.has(kind));
  return shown.map((kind) => html`<li>${renderSwatch(kind)} ${KINDS[kind].meaning}</li>`);
}
