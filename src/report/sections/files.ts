/** The section on the files: how many of each kind and how large, then a list of each kind. Keys are without the prefix. */
import type { Manifest, Segment } from "../../manifest/schema.ts";
import { formatBytes, formatDuration, formatNumber, plural } from "../../lib/quantities.ts";
import { FILE_KINDS, type FileKind, listStandalone, STANDALONE_KINDS } from "../../recording/file-kinds.ts";
import { html, type Html } from "../html.ts";
import { renderDetails, renderTable } from "../table.ts";
import { formatTrackName } from "../track-name.ts";
import { renderCode, renderDateTime, stripPrefix } from "../format.ts";

type Entry = Manifest["mp4s"][number];
type Playlist = Manifest["playlists"][number];

/** Longer lists are folded. */
const SHOWN_AT_ONCE = 12;

export function renderFiles(manifest: Manifest, segments: readonly Segment[] | undefined): Html {
  const { prefix, playlists, foreign } = manifest;
  const standalone = STANDALONE_KINDS.map((kind) => {
    const entries = manifest[FILE_KINDS[kind].total];
    return renderGroup(formatKind(kind), { total: entries.length, rows: renderEntryTable(entries, prefix) });
  });
  const where = prefix === "" ? html`the root of the bucket` : html`the prefix ${renderCode(prefix)}`;
  return html`<section aria-labelledby="files">
    <h2 id="files">Files</h2>
    <p>Names are relative to ${where}.</p>
    ${renderSizes(manifest, segments)}
    ${renderGroup(formatKind("playlist"), { total: playlists.length, rows: renderPlaylistTable(manifest, segments) })}
    ${standalone}
    ${renderGroup("Of no known kind, not checked", { total: foreign.length, rows: renderEntryTable(foreign, prefix) })}
  </section>`;
}

function renderGroup(name: string, { total, rows }: { total: number; rows: Html }): Html {
  if (total === 0) return html``;
  const shown = total > SHOWN_AT_ONCE ? renderDetails(plural(total, "file"), rows) : rows;
  return html`<h3>${name}</h3>
    ${shown}`;
}

/** `MP4s`. */
function formatKind(kind: FileKind): string {
  const { label } = FILE_KINDS[kind];
  return `${label.charAt(0).toUpperCase()}${label.slice(1)}s`;
}

function renderSizes(manifest: Manifest, segments: readonly Segment[] | undefined): Html {
  const { totals, playlists } = manifest;
  const rest = totals.bytes - sumBytes([...playlists, ...listStandalone(manifest)]);
  const standalone = STANDALONE_KINDS.map((kind) => {
    const { total } = FILE_KINDS[kind];
    return [formatKind(kind), totals[total], sumBytes(manifest[total])] as const;
  });
  const kinds = [
    [formatKind("playlist"), totals.playlists, sumBytes(playlists)],
    [formatKind("segment"), totals.segments, segments ? sumBytes(segments) : Math.max(0, rest)],
    ...standalone,
    ["Total", totals.files, totals.bytes],
  ] as const;
  const rows = kinds
    .filter(([, files]) => files > 0)
    .map(([kind, files, bytes]) => [kind, formatNumber(files), formatBytes(bytes)]);
  return rows.length === 0
    ? html`<p>There are none.</p>`
    : renderTable({ caption: "Sizes", columns: ["Kind", "Files", "Size"], rows });
}

function renderPlaylistTable(
  { playlists, recording, prefix }: Manifest,
  segments: readonly Segment[] | undefined,
): Html {
  const media = segments && Map.groupBy(segments, ({ playlist }) => playlist);
  const rows = playlists.map((playlist) => [
    html`${renderCode(stripPrefix(playlist.key, prefix))}${renderSelection(playlist)}`,
    html`<bdi>${formatTrackName(playlist, recording.mode)}</bdi>`,
    formatDuration(playlist.durationSeconds * 1000),
    formatSegmentCount(playlist),
    media ? formatBytes(sumBytes(media.get(playlist.key) ?? [])) : "not at hand",
    describeEnd(playlist),
  ]);
  const columns = ["Playlist", "Track", "Length", "Segments", "Media", "End"];
  return renderTable({ caption: "In force, each with the media that it names", columns, rows });
}

function formatSegmentCount({ segmentCount, missing }: Playlist): string {
  const number = formatNumber(segmentCount);
  return missing.length === 0 ? number : `${number}, ${formatNumber(missing.length)} missing`;
}

/** Only when several playlists could be the one in force. */
function renderSelection({ candidates, chosenBecause }: Playlist): Html | string {
  return candidates.length < 2 ? "" : html`<span class="note">of ${candidates.length}: ${chosenBecause}</span>`;
}

function describeEnd({ ended, superseded }: Playlist): string {
  if (ended) return "ended";
  return superseded ? "cut, continued by another server" : "not ended";
}

function renderEntryTable(entries: readonly Entry[], prefix: string): Html {
  const hasDigests = entries.some(({ sha256, checksum }) => sha256 !== undefined || checksum !== undefined);
  const columns = ["File", "Size", "Written", ...(hasDigests ? ["Digest"] : [])];
  const rows = entries.map((entry) => [
    renderCode(stripPrefix(entry.key, prefix)),
    formatBytes(entry.sizeBytes),
    renderDateTime(entry.lastModified),
    ...(hasDigests ? [renderDigest(entry)] : []),
  ]);
  const caption = `${plural(entries.length, "file")}, ${formatBytes(sumBytes(entries))}`;
  return renderTable({ caption, columns, rows });
}

/** Our own digest rather than the store's. */
function renderDigest({ sha256, checksum }: Entry): Html | string {
  if (sha256 !== undefined) return html`SHA-256 ${renderCode(sha256)}`;
  return checksum === undefined ? "none" : html`the store's ${checksum.algorithm} ${renderCode(checksum.value)}`;
}

function sumBytes(entries: readonly { sizeBytes: number }[]): number {
  return entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
