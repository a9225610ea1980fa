/** The section on the files: how many of each kind and how large, then each kind's own. Keys stand without the prefix. */
import type { Manifest, Segment } from "../../manifest/schema.ts";
import { counted, inBytes } from "../../lib/quantities.ts";
import { html, type Html } from "../html.ts";
import { folded, table } from "../table.ts";
import { trackName } from "../track-name.ts";
import { code, dateAndTime, length, shortKey } from "../format.ts";

type Entry = Manifest["mp4s"][number];
type Playlist = Manifest["playlists"][number];

/** Longer lists are folded. */
const SHOWN_AT_ONCE = 12;

export function filesSection(manifest: Manifest, segments: readonly Segment[] | undefined): Html {
  const { prefix, playlists, mp4s, snapshots, foreign } = manifest;
  const where = prefix === "" ? html`the root of the bucket` : html`the prefix ${code(prefix)}`;
  return html`<section aria-labelledby="files">
    <h2 id="files">Files</h2>
    <p>Names stand below ${where}.</p>
    ${sizes(manifest, segments)} ${group("Playlists", playlists.length, playlistTable(manifest, segments))}
    ${group("MP4s", mp4s.length, entryTable(mp4s, prefix))}
    ${group("Snapshots", snapshots.length, entryTable(snapshots, prefix))}
    ${group("Of no known kind, not checked", foreign.length, entryTable(foreign, prefix))}
  </section>`;
}

function group(name: string, total: number, rows: Html): Html {
  if (total === 0) return html``;
  const shown = total > SHOWN_AT_ONCE ? folded(counted(total, "file"), rows) : rows;
  return html`<h3>${name}</h3>
    ${shown}`;
}

function sizes({ totals, playlists, mp4s, snapshots }: Manifest, segments: readonly Segment[] | undefined): Html {
  const known = { playlists: bytesOf(playlists), mp4s: bytesOf(mp4s), snapshots: bytesOf(snapshots) };
  const rest = totals.bytes - known.playlists - known.mp4s - known.snapshots;
  const kinds = [
    ["Playlists", totals.playlists, known.playlists],
    ["Segments", totals.segments, segments ? bytesOf(segments) : Math.max(0, rest)],
    ["MP4s", totals.mp4s, known.mp4s],
    ["Snapshots", totals.snapshots, known.snapshots],
    ["Total", totals.files, totals.bytes],
  ] as const;
  const rows = kinds
    .filter(([, files]) => files > 0)
    .map(([kind, files, bytes]) => [kind, files.toLocaleString("en-US"), inBytes(bytes)]);
  return rows.length === 0
    ? html`<p>None is there.</p>`
    : table({ caption: "Sizes", columns: ["Kind", "Files", "Size"], rows });
}

function playlistTable({ playlists, recording, prefix }: Manifest, segments: readonly Segment[] | undefined): Html {
  const media = segments && Map.groupBy(segments, ({ playlist }) => playlist);
  const rows = playlists.map((playlist) => [
    html`${code(shortKey(playlist.key, prefix))}${inForce(playlist)}`,
    html`<bdi>${trackName(playlist, recording.mode)}</bdi>`,
    length(playlist.durationSeconds * 1000),
    segmentCount(playlist),
    media ? inBytes(bytesOf(media.get(playlist.key) ?? [])) : "not at hand",
    state(playlist),
  ]);
  const columns = ["Playlist", "Track", "Length", "Segments", "Media", "End"];
  return table({ caption: "In force, each with the media that it names", columns, rows });
}

function segmentCount({ segmentCount: there, missing }: Playlist): string {
  const number = there.toLocaleString("en-US");
  return missing.length === 0 ? number : `${number}, ${missing.length.toLocaleString("en-US")} missing`;
}

/** Only where there was a choice. */
function inForce({ candidates, chosenBecause }: Playlist): Html | string {
  return candidates.length < 2 ? "" : html`<span class="note">of ${candidates.length}: ${chosenBecause}</span>`;
}

function state({ ended, superseded }: Playlist): string {
  if (ended) return "ended";
  return superseded ? "cut, continued by another server" : "not ended";
}

function entryTable(entries: readonly Entry[], prefix: string): Html {
  const hasDigests = entries.some(({ sha256, checksum }) => sha256 !== undefined || checksum !== undefined);
  const columns = ["File", "Size", "Written", ...(hasDigests ? ["Digest"] : [])];
  const rows = entries.map((entry) => [
    code(shortKey(entry.key, prefix)),
    inBytes(entry.sizeBytes),
    dateAndTime(entry.lastModified),
    ...(hasDigests ? [digestOf(entry)] : []),
  ]);
  return table({ caption: `${counted(entries.length, "file")}, ${inBytes(bytesOf(entries))}`, columns, rows });
}

/** Our own word before the store's. */
function digestOf({ sha256, checksum }: Entry): Html | string {
  if (sha256 !== undefined) return html`SHA-256 ${code(sha256)}`;
  return checksum === undefined ? "none" : html`the store's ${checksum.algorithm} ${code(checksum.value)}`;
}

function bytesOf(entries: readonly { sizeBytes: number }[]): number {
  return entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
