/** The section on what was recorded when: a row for each playlist, with what is missing and where nothing is. */
import type { Manifest, Segment } from "../../manifest/schema.ts";
import { counted } from "../../lib/quantities.ts";
import { html, type Html } from "../html.ts";
import { type Stretch, stretchesOf } from "../intervals.ts";
import { axis, type Frame, frameOf, strip, swatch } from "../timeline.ts";
import { folded, leftOut, MOST_ROWS, table } from "../table.ts";
import { trackName } from "../track-name.ts";
import { dateAndTime, length, timeOfDay } from "../format.ts";

type Track = { name: string; stretches: Stretch[] };

/** `segments` as the manifest or its side file lists them; a sentence that says why they are not at hand. */
export function recordedSection(manifest: Manifest, segments: readonly Segment[] | string): Html {
  return html`<section aria-labelledby="recorded">
    <h2 id="recorded">What was recorded when</h2>
    ${typeof segments === "string" ? html`<p>${segments}</p>` : drawing(tracksOf(manifest, segments))}
  </section>`;
}

function tracksOf(manifest: Manifest, segments: readonly Segment[]): Track[] {
  const byPlaylist = Map.groupBy(segments, ({ playlist }) => playlist);
  return manifest.playlists.map((playlist) => ({
    name: trackName(playlist, manifest.recording.mode),
    stretches: stretchesOf(playlist, byPlaylist.get(playlist.key) ?? []),
  }));
}

function drawing(tracks: Track[]): Html {
  const stretches = tracks.flatMap((track) => track.stretches);
  const frame = frameOf(stretches);
  if (frame === undefined) return html`<p>No segment tells when it was recorded.</p>`;
  const rows = tracks.flatMap(({ name, stretches: own }) => own.map((stretch) => row(name, stretch)));
  return html`<p>
      From ${dateAndTime(frame.fromMs)} to ${dateAndTime(frame.toMs)}, as the names of the segments tell:
      ${length(frame.toMs - frame.fromMs)}.
    </p>
    <ul class="legend">
      ${legend(stretches)}
    </ul>
    ${tracks.slice(0, MOST_ROWS).map((track, index) => drawTrack(track, { frame, id: `track-${index}` }))}
    ${axis(frame)}${leftOut(tracks.length, "track")}
    ${folded(`The same as a table, ${counted(rows.length, "row")}`, table({ caption: "Stretches of each track", columns: ["Track", "What", "From", "To", "Length", "Segments"], rows }))}`;
}

function drawTrack({ name, stretches }: Track, { frame, id }: { frame: Frame; id: string }): Html {
  const told = describe(stretches);
  const bars = stretches.flatMap(({ kind, fromMs, toMs }) => (kind === "gap" ? [] : [{ kind, fromMs, toMs }]));
  const marks = stretches.flatMap((stretch) => {
    const { kind, fromMs, toMs } = stretch;
    if (kind === "recorded") return [];
    return [{ kind, atMs: (fromMs + toMs) / 2, what: `${NAMES[kind]} ${between(stretch)}` }];
  });
  return html`<h3>${name}</h3>
    <p class="told">${told}</p>
    ${strip({ id, title: name, description: told, bars, marks }, frame)}`;
}

const NAMES = { recorded: "Recorded", missing: "Missing", gap: "Gap" } as const;

function describe(stretches: Stretch[]): string {
  const of = (kind: Stretch["kind"]) => stretches.filter((stretch) => stretch.kind === kind);
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (first === undefined || last === undefined) return "No segment of it tells when it was recorded";
  const lost = of("missing").reduce((sum, { segments }) => sum + segments, 0);
  const there = of("recorded").reduce((sum, { segments }) => sum + segments, 0);
  const gaps = of("gap");
  const gapsMs = gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return [
    `${timeOfDay(first.fromMs)} to ${timeOfDay(last.toMs)}`,
    counted(there, "segment"),
    lost === 0 ? "none missing" : `${lost.toLocaleString("en-US")} missing`,
    gaps.length === 0
      ? "no gap"
      : `${counted(gaps.length, "gap")} of ${length(gapsMs)}${gaps.length > 1 ? " together" : ""}`,
  ].join(", ");
}

function row(name: string, stretch: Stretch): (Html | string)[] {
  const { kind, fromMs, toMs, segments } = stretch;
  const what = html`<span class="state ${kind}">${NAMES[kind]}</span>`;
  const number = kind === "gap" ? "none" : segments.toLocaleString("en-US");
  return [html`<bdi>${name}</bdi>`, what, dateAndTime(fromMs), dateAndTime(toMs), length(toMs - fromMs), number];
}

function between({ fromMs, toMs }: Stretch): string {
  return `from ${timeOfDay(fromMs)} to ${timeOfDay(toMs)}`;
}

function legend(stretches: Stretch[]): Html[] {
  const kinds = new Set(stretches.map(({ kind }) => kind));
  return [
    html`<li>${swatch("recorded")} recorded</li>`,
    ...(kinds.has("missing")
      ? [html`<li>${swatch("missing")} missing: the playlist names it, and it is not there</li>`]
      : []),
    ...(kinds.has("gap") ? [html`<li>${swatch("gap")} gap: the playlist names nothing for this time</li>`] : []),
  ];
}
