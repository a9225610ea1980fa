/**
 * The uploads of one recording in their order: what is sent before the stop, what follows it, what comes late, and what the
 * backup cloud brings at last. A growing playlist is overwritten at its key; only the final one ends with `#EXT-X-ENDLIST`.
 */
import { includes, type Layout, type MediaFile, type Track } from "./layout.ts";
import { readMedia } from "./media.ts";
import { renderPlaylist } from "./playlist.ts";
import type { Scenario } from "../scenarios.ts";

export type Stage = {
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

export function playUploads(layout: Layout, stage: Stage): Uploads {
  const sent = send(layout, stage);
  const arrived = sent.then(async () => transferBackup(layout, stage));
  for (const promise of [sent, arrived]) promise.catch(() => undefined); // whoever waits for them hears of it
  return { sent, arrived };
}

async function send(layout: Layout, stage: Stage): Promise<void> {
  const { segments, segmentsBeforeStop, growingPlaylist, late } = stage.scenario;

  for (let part = 0; part < segments; part += 1) {
    if (part >= segmentsBeforeStop) await stage.over;
    for (const track of layout.tracks) {
      const place = track.segments.findIndex((segment) => segment.part === part);
      if (place === -1) continue;
      await putFiles(track.segments.slice(place, place + 1), "on-time", stage);
      const shown = Math.min(place + 1, shownSegments(track, stage.scenario));
      if (growingPlaylist && shown > 0) await putPlaylist(track, { shown, ended: false, layout, stage });
    }
  }
  await stage.over;

  await putFinalPlaylists("on-time", layout, stage);
  await putFiles([...layout.mp4s, ...layout.snapshots], "on-time", stage);
  if (late.parts.length === 0) return;
  await stage.pause(late.afterMs);
  await putFiles(mediaFiles(layout), "late", stage);
  await putFinalPlaylists("late", layout, stage);
}

/** Segments and MP4s keep their names, a playlist gets a new one: `<stem>_<tick>_<index>.m3u8`. */
async function transferBackup(layout: Layout, stage: Stage): Promise<void> {
  const { backup } = stage.scenario;
  if (backup.parts.length === 0) return;
  await stage.pause(backup.afterMs);
  await putFiles(mediaFiles(layout), "backup", stage);

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

function fate(file: { uid: string; part: MediaFile["part"] | "playlist" }, { lost, late, backup }: Scenario): Fate {
  if (includes(lost, file)) return "lost";
  if (includes(late.parts, file)) return "late";
  return includes(backup.parts, file) ? "backup" : "on-time";
}

function mediaFiles({ tracks, mp4s, snapshots }: Layout): MediaFile[] {
  return [...tracks.flatMap(({ segments }) => segments), ...mp4s, ...snapshots];
}

/** How many segments the plain playlist can name: those before the first that went to the backup. */
function shownSegments(track: Track, scenario: Scenario): number {
  if (fate({ uid: track.uid, part: "playlist" }, scenario) === "backup") return 0;
  const first = track.segments.findIndex((segment) => includes(scenario.backup.parts, segment));
  return first === -1 ? track.segments.length : first;
}

function isCutShort(track: Track, scenario: Scenario): boolean {
  return shownSegments(track, scenario) < track.segments.length;
}

async function putFinalPlaylists(when: Fate, layout: Layout, stage: Stage): Promise<void> {
  for (const track of layout.tracks) {
    const shown = shownSegments(track, stage.scenario);
    if (shown === 0 || fate({ uid: track.uid, part: "playlist" }, stage.scenario) !== when) continue;
    await putPlaylist(track, { shown, ended: track.ends && !isCutShort(track, stage.scenario), layout, stage });
  }
}

type PlaylistPut = { shown: number; ended: boolean; layout: Layout; stage: Stage };

async function putPlaylist(track: Track, { shown, ended, layout, stage }: PlaylistPut): Promise<void> {
  const { extinfComma } = stage.scenario;
  const text = renderPlaylist(track, { shown, ended, comma: extinfComma, startedMs: layout.startedMs });
  const bytes = spoil(new TextEncoder().encode(text), { uid: track.uid, part: "playlist" }, stage.scenario);
  await stage.put(`${track.stem}.m3u8`, bytes, "application/vnd.apple.mpegurl");
}

async function putFiles(files: MediaFile[], when: Fate, stage: Stage): Promise<void> {
  for (const file of files) {
    if (fate(file, stage.scenario) !== when) continue;
    await stage.put(file.name, spoil(await readMedia(file.media), file, stage.scenario), contentType(file));
  }
}

function spoil(
  bytes: Uint8Array,
  file: { uid: string; part: MediaFile["part"] | "playlist" },
  { empty, damaged }: Scenario,
): Uint8Array {
  if (includes(empty, file)) return new Uint8Array();
  // An odd length is no whole number of 188-byte packets.
  return includes(damaged, file) ? bytes.subarray(0, Math.floor(bytes.length / 4) * 2 + 1) : bytes;
}

function contentType({ part }: MediaFile): string {
  if (part === "mp4") return "video/mp4";
  return part === "snapshot" ? "image/jpeg" : "video/mp2t";
}
