/** The section on what was recorded when: a row for each playlist, with what is missing and where nothing is. */
import type { Manifest, Segment } from "../../manifest/schema.ts";
import { formatDuration, formatNumber, plural } from "../../lib/quantities.ts";
import { html, type Html } from "../html.ts";
import { type Interval, buildIntervals } from "../intervals.ts";
import { renderAxis, type TimeRange, computeRange, renderTimelineRow, renderSwatch } from "../timeline.ts";
import { renderDetails, renderLeftOut, MOST_ROWS, renderTable } from "../table.ts";
import { formatTrackName } from "../track-name.ts";
import { renderDateTime, formatTimeOfDay } from "../format.ts";

type Track = { name: string; stretches: Interval[] };

/** `segments` as the manifest or its side file lists them; a sentence that says why they are not at hand. */
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
    stretches: buildIntervals(playlist, byPlaylist.get(playlist.key) ?? []),
  }));
}

function renderDrawing(tracks: Track[]): Html {
  const stretches = tracks.flatMap((track) => track.stretches);
  const frame = computeRange(stretches);
  if (frame === undefined) return html`<p>No segment tells when it was recorded.</p>`;
  const rows = tracks.flatMap(({ name, stretches: own }) => own.map((stretch) => formatRow(name, stretch)));
  return html`<p>
      From ${renderDateTime(frame.fromMs)} to ${renderDateTime(frame.toMs)}, as the names of the segments tell:
      ${formatDuration(frame.toMs - frame.fromMs)}.
    </p>
    <ul class="legend">
      ${renderLegend(stretches)}
    </ul>
    ${tracks.slice(0, MOST_ROWS).map((track, index) => renderTrack(track, { frame, id: `track-${index}` }))}
    ${renderAxis(frame)}${renderLeftOut(tracks.length, "track")}
    ${renderDetails(`The same as a table, ${plural(rows.length, "row")}`, renderTable({ caption: "Stretches of each track", columns: ["Track", "What", "From", "To", "Length", "Segments"], rows }))}`;
}

function renderTrack({ name, stretches }: Track, { frame, id }: { frame: TimeRange; id: string }): Html {
  const told = describeTrack(stretches);
  const bars = stretches.flatMap(({ kind, fromMs, toMs }) => (kind === "gap" ? [] : [{ kind, fromMs, toMs }]));
  const marks = stretches.flatMap((stretch) => {
    const { kind, fromMs, toMs } = stretch;
    if (kind === "recorded") return [];
    return [{ kind, atMs: (fromMs + toMs) / 2, what: `${NAMES[kind]} ${formatRange(stretch)}` }];
  });
  return html`<h3>${name}</h3>
    <p class="told">${told}</p>
    ${renderTimelineRow({ id, title: name, description: told, bars, marks }, frame)}`;
}

const NAMES = { recorded: "Recorded", missing: "Missing", gap: "Gap" } as const;

function describeTrack(stretches: Interval[]): string {
  const of = (kind: Interval["kind"]) => stretches.filter((stretch) => stretch.kind === kind);
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (first === undefined || last === undefined) return "No segment of it tells when it was recorded";
  const lost = of("missing").reduce((sum, { segments }) => sum + segments, 0);
  const there = of("recorded").reduce((sum, { segments }) => sum + segments, 0);
  const gaps = of("gap");
  const gapsMs = gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return [
    `${formatTimeOfDay(first.fromMs)} to ${formatTimeOfDay(last.toMs)}`,
    plural(there, "segment"),
    lost === 0 ? "none missing" : `${formatNumber(lost)} missing`,
    gaps.length === 0
      ? "no gap"
      : `${plural(gaps.length, "gap")} of ${formatDuration(gapsMs)}${gaps.length > 1 ? " together" : ""}`,
  ].join(", ");
}

function formatRow(name: string, stretch: Interval): (Html | string)[] {
  const { kind, fromMs, toMs, segments } = stretch;
  const what = html`<span class="state ${kind}">${NAMES[kind]}</span>`;
  const number = kind === "gap" ? "none" : formatNumber(segments);
  return [
    html`<bdi>${name}</bdi>`,
    what,
    renderDateTime(fromMs),
    renderDateTime(toMs),
    formatDuration(toMs - fromMs),
    number,
  ];
}

function formatRange({ fromMs, toMs }: Interval): string {
  return `from ${formatTimeOfDay(fromMs)} to ${formatTimeOfDay(toMs)}`;
}

function renderLegend(stretches: Interval[]): Html[] {
  const kinds = new Set(stretches.map(({ kind }) => kind));
  return [
    html`<li>${renderSwatch("recorded")} recorded</li>`,
    ...(kinds.has("missing")
      ? [html`<li>${renderSwatch("missing")} missing: the playlist names it, and it is not there</li>`]
      : []),
    ...(kinds.has("gap") ? [html`<li>${renderSwatch("gap")} gap: the playlist names nothing for this time</li>`] : []),
  ];
}
