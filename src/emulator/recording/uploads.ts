/**
 * The uploads of one recording in their order: what is sent before the stop, what follows it, what comes late, and what the
 * backup cloud brings at last. A growing playlist is overwritten at its key; only the final one ends with `#EXT-X-ENDLIST`.
 */
import { includesFile, type Layout, type MediaFile, type RecordedTrack } from "./layout.ts";
import { readMedia } from "./media.ts";
import { renderPlaylist } from "./playlist.ts";
import type { Scenario } from "../scenarios.ts";

export type UploadContext = {
  scenario: Scenario;
  /** Writes one object; `name` is its key without the prefix. */
  put(name: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** Waits, and fails when the emulator closes. */
  pause(ms: number): Promise<void>;
  /** Resolves when the session is over. */
  over: Promise<void>;
};

/** `sent`: all that a sync stop waits for. `arrived`: the backup's too. Both fail when the emulator closes or the store refuses. */
export type Uploads = { sent: Promise<void>; arrived: Promise<void> };

export function playUploads(layout: Layout, stage: UploadContext): Uploads {
  const sent = sendFiles(layout, stage);
  const arrived = sent.then(async () => transferBackup(layout, stage));
  for (const promise of [sent, arrived]) promise.catch(() => undefined); // whoever waits for them hears of it
  return { sent, arrived };
}

async function sendFiles(layout: Layout, stage: UploadContext): Promise<void> {
  const { segments, segmentsBeforeStop, growingPlaylist, late } = stage.scenario;

  for (let part = 0; part < segments; part += 1) {
    if (part >= segmentsBeforeStop) await stage.over;
    for (const track of layout.tracks) {
      const place = track.segments.findIndex((segment) => segment.part === part);
      if (place === -1) continue;
      await putFiles(track.segments.slice(place, place + 1), "on-time", stage);
      const shown = Math.min(place + 1, countShownSegments(track, stage.scenario));
      if (growingPlaylist && shown > 0) await putPlaylist(track, { shown, ended: false, layout, stage });
    }
  }
  await stage.over;

  await putFinalPlaylists("on-time", layout, stage);
  await putFiles([...layout.mp4s, ...layout.snapshots], "on-time", stage);
  if (late.parts.length === 0) return;
  await stage.pause(late.afterMs);
  await putFiles(listMediaFiles(layout), "late", stage);
  await putFinalPlaylists("late", layout, stage);
}

/** Segments and MP4s keep their names, a playlist gets a new one: `<stem>_<tick>_<index>.m3u8`. */
async function transferBackup(layout: Layout, stage: UploadContext): Promise<void> {
  const { backup } = stage.scenario;
  if (backup.parts.length === 0) return;
  await stage.pause(backup.afterMs);
  await putFiles(listMediaFiles(layout), "backup", stage);

  const tick = Date.now();
  for (const track of layout.tracks.filter((each) => isCutShort(each, stage.scenario))) {
    for (let index = 0; index < backup.resent; index += 1) {
      const last = index === backup.resent - 1;
      const shown = last ? track.segments.length : Math.min(track.segments.length, 1 + index);
      const renamed = { ...track, stem: `${track.stem}_${tick}_${index}` };
      await putPlaylist(renamed, { shown, ended: last && track.ends, layout, stage });
    }
  }
}

type Fate = "lost" | "late" | "backup" | "on-time";

function fateOf(file: { uid: string; part: MediaFile["part"] | "playlist" }, { lost, late, backup }: Scenario): Fate {
  if (includesFile(lost, file)) return "lost";
  if (includesFile(late.parts, file)) return "late";
  return includesFile(backup.parts, file) ? "backup" : "on-time";
}

function listMediaFiles({ tracks, mp4s, snapshots }: Layout): MediaFile[] {
  return [...tracks.flatMap(({ segments }) => segments), ...mp4s, ...snapshots];
}

/** How many segments the plain playlist can name: those before the first that went to the backup. */
function countShownSegments(track: RecordedTrack, scenario: Scenario): number {
  if (fateOf({ uid: track.uid, part: "playlist" }, scenario) === "backup") return 0;
  const first = track.segments.findIndex((segment) => includesFile(scenario.backup.parts, segment));
  return first === -1 ? track.segments.length : first;
}

function isCutShort(track: RecordedTrack, scenario: Scenario): boolean {
  return countShownSegments(track, scenario) < track.segments.length;
}

async function putFinalPlaylists(when: Fate, layout: Layout, stage: UploadContext): Promise<void> {
  for (const track of layout.tracks) {
    const shown = countShownSegments(track, stage.scenario);
    if (shown === 0 || fateOf({ uid: track.uid, part: "playlist" }, stage.scenario) !== when) continue;
    await putPlaylist(track, { shown, ended: track.ends && !isCutShort(track, stage.scenario), layout, stage });
  }
}

type PlaylistUpload = { shown: number; ended: boolean; layout: Layout; stage: UploadContext };

async function putPlaylist(track: RecordedTrack, { shown, ended, layout, stage }: PlaylistUpload): Promise<void> {
  const { extinfComma } = stage.scenario;
  const text = renderPlaylist(track, { shown, ended, comma: extinfComma, startedMs: layout.startedMs });
  const bytes = damageBytes(new TextEncoder().encode(text), { uid: track.uid, part: "playlist" }, stage.scenario);
  await stage.put(`${track.stem}.m3u8`, bytes, "application/vnd.apple.mpegurl");
}

async function putFiles(files: MediaFile[], when: Fate, stage: UploadContext): Promise<void> {
  for (const file of files) {
    if (fateOf(file, stage.scenario) !== when) continue;
    await stage.put(file.name, damageBytes(await readMedia(file.media), file, stage.scenario), contentTypeOf(file));
  }
}

function damageBytes(
  bytes: Uint8Array,
  file: { uid: string; part: MediaFile["part"] | "playlist" },
  { empty, damaged }: Scenario,
): Uint8Array {
  if (includesFile(empty, file)) return new Uint8Array();
  // An odd length is no whole number of 188-byte packets.
  return includesFile(damaged, file) ? bytes.subarray(0, Math.floor(bytes.length / 4) * 2 + 1) : bytes;
}

function contentTypeOf({ part }: MediaFile): string {
  if (part === "mp4") return "video/mp4";
  return part === "snapshot" ? "image/jpeg" : "video/mp2t";
}
