/**
 * The uploads of one recording in their order: before the stop, after it, late ones, and those of the backup cloud. A growing
 * playlist is overwritten at its key; only the final one ends with `#EXT-X-ENDLIST`.
 */
import { type FilePart, includesFile, type Layout, type MediaFile, type RecordedTrack } from "./layout.ts";
import { readMedia } from "./media.ts";
import { renderMergedPlaylist } from "./merged-playlist.ts";
import { renderPlaylist } from "./playlist.ts";
import type { Scenario } from "../scenarios.ts";

export type UploadedObject = { bytes: Uint8Array; contentType: string };

export type UploadContext = {
  scenario: Scenario;
  /** Writes one object; `name` is its key without the prefix. */
  put(name: string, object: UploadedObject): Promise<void>;
  /** Waits, and fails when the emulator closes. */
  pause(ms: number): Promise<void>;
  /** Resolves when the session has ended. */
  ended: Promise<void>;
};

/** `sent`: all that a sync stop waits for. `arrived`: also the backup's. Both fail when the emulator closes or the store refuses. */
export type Uploads = { sent: Promise<void>; arrived: Promise<void> };

export function playUploads(layout: Layout, context: UploadContext): Uploads {
  const sent = sendFiles(layout, context);
  const arrived = sent.then(async () => transferBackup(layout, context));
  for (const promise of [sent, arrived]) promise.catch(() => undefined); // reported to those who await them
  return { sent, arrived };
}

async function sendFiles(layout: Layout, context: UploadContext): Promise<void> {
  const { segments, segmentsBeforeStop, growingPlaylist, late } = context.scenario;

  for (let part = 0; part < segments; part += 1) {
    if (part >= segmentsBeforeStop) await context.ended;
    for (const track of layout.tracks) {
      const place = track.segments.findIndex((segment) => segment.part === part);
      if (place === -1) continue;
      await putFiles(track.segments.slice(place, place + 1), { when: "on-time", context });
      const shown = Math.min(place + 1, countShownSegments(track, context.scenario));
      if (growingPlaylist && shown > 0) await putPlaylist(track, { shown, ended: false, layout, context });
    }
  }
  await context.ended;

  await putFinalPlaylists(layout, { when: "on-time", context });
  await putFiles([...layout.mp4s, ...layout.snapshots], { when: "on-time", context });
  if (late.parts.length === 0) return;
  await context.pause(late.afterMs);
  await putFiles(listMediaFiles(layout), { when: "late", context });
  await putFinalPlaylists(layout, { when: "late", context });
}

/** Segments and MP4s keep their names, a playlist gets a new one: `<stem>_<tick>_<index>.m3u8`. */
async function transferBackup(layout: Layout, context: UploadContext): Promise<void> {
  const { backup } = context.scenario;
  if (backup.parts.length === 0) return;
  await context.pause(backup.afterMs);
  await putFiles(listMediaFiles(layout), { when: "backup", context });

  const tick = Date.now();
  for (const track of layout.tracks.filter((each) => isCutShort(each, context.scenario))) {
    for (let index = 0; index < backup.resent; index += 1) {
      const last = index === backup.resent - 1;
      const shown = last ? track.segments.length : Math.min(track.segments.length, 1 + index);
      const renamed = { ...track, stem: `${track.stem}_${tick}_${index}` };
      await putPlaylist(renamed, { shown, ended: last && track.ends, layout, context });
    }
  }
}

/** Which of the files to upload now: those with this fate. */
type UploadTime = { when: Fate; context: UploadContext };

type Fate = "lost" | "late" | "backup" | "on-time";

function fateOf(file: FilePart, { lost, late, backup }: Scenario): Fate {
  if (includesFile(lost, file)) return "lost";
  if (includesFile(late.parts, file)) return "late";
  return includesFile(backup.parts, file) ? "backup" : "on-time";
}

function listMediaFiles({ tracks, mp4s, snapshots }: Layout): MediaFile[] {
  return [...tracks.flatMap(({ segments }) => segments), ...mp4s, ...snapshots];
}

/** Counts the segments that the plain playlist can name: those before the first that went to the backup. */
function countShownSegments(track: RecordedTrack, scenario: Scenario): number {
  if (fateOf({ uid: track.uid, part: "playlist" }, scenario) === "backup") return 0;
  const first = track.segments.findIndex((segment) => includesFile(scenario.backup.parts, segment));
  return first === -1 ? track.segments.length : first;
}

function isCutShort(track: RecordedTrack, scenario: Scenario): boolean {
  return countShownSegments(track, scenario) < track.segments.length;
}

async function putFinalPlaylists(layout: Layout, { when, context }: UploadTime): Promise<void> {
  await putTrackPlaylists(layout, { when, context });
  for (const merged of layout.merged) {
    const file = { uid: merged.uid, part: "playlist" as const };
    const hasSegments = merged.tracks.some(({ segments }) => segments.length > 0);
    if (!hasSegments || fateOf(file, context.scenario) !== when) continue;
    const bytes = damageBytes(new TextEncoder().encode(renderMergedPlaylist(merged)), {
      file,
      scenario: context.scenario,
    });
    const contentType = merged.format === "mpd" ? "application/dash+xml" : PLAYLIST_TYPE;
    await context.put(merged.name, { bytes, contentType });
  }
}

async function putTrackPlaylists(layout: Layout, { when, context }: UploadTime): Promise<void> {
  for (const track of layout.tracks) {
    const shown = countShownSegments(track, context.scenario);
    if (shown === 0 || fateOf({ uid: track.uid, part: "playlist" }, context.scenario) !== when) continue;
    await putPlaylist(track, { shown, ended: track.ends && !isCutShort(track, context.scenario), layout, context });
  }
}

const PLAYLIST_TYPE = "application/vnd.apple.mpegurl";

type PlaylistUpload = { shown: number; ended: boolean; layout: Layout; context: UploadContext };

async function putPlaylist(track: RecordedTrack, { shown, ended, layout, context }: PlaylistUpload): Promise<void> {
  const { extinfComma } = context.scenario;
  const text = renderPlaylist(track, { shown, ended, comma: extinfComma, startedMs: layout.startedMs });
  const file = { uid: track.uid, part: "playlist" as const };
  const bytes = damageBytes(new TextEncoder().encode(text), { file, scenario: context.scenario });
  await context.put(`${track.stem}.m3u8`, { bytes, contentType: PLAYLIST_TYPE });
}

async function putFiles(files: MediaFile[], { when, context }: UploadTime): Promise<void> {
  for (const file of files) {
    if (fateOf(file, context.scenario) !== when) continue;
    const bytes = damageBytes(await readMedia(file.media), { file, scenario: context.scenario });
    await context.put(file.name, { bytes, contentType: contentTypeOf(file) });
  }
}

function damageBytes(bytes: Uint8Array, { file, scenario }: { file: FilePart; scenario: Scenario }): Uint8Array {
  if (includesFile(scenario.empty, file)) return new Uint8Array();
  // An odd length is never a whole number of 188-byte packets.
  return includesFile(scenario.damaged, file) ? bytes.subarray(0, Math.floor(bytes.length / 4) * 2 + 1) : bytes;
}

function contentTypeOf({ name, part }: MediaFile): string {
  if (name.endsWith(".webm")) return "video/webm";
  if (part === "mp4") return "video/mp4";
  return part === "snapshot" ? "image/jpeg" : "video/mp2t";
}
