/** What a row of the fault matrix is: one change to a good recording, and what must be said of it from which level on. */
import type { Level } from "../../../src/contract/problem.ts";
import type { Outcome } from "../../../src/contract/result.ts";
import type { Change } from "../recordings/changes.ts";
import type { LaterChange } from "./judge.ts";
import { soundRecording, SID, type RecordingOptions, type Stored } from "../recordings/sound-recording.ts";

/** What a damage is found as: the check that names it, at this level and every higher one. */
export type Finding = {
  check: string;
  level: Level;
  outcome: Outcome;
  /** When it happens. Default: before the first look. */
  when?: LaterChange["when"];
};

export type Damage = Finding & { name: string; recording: RecordingOptions; change: Change };

export const MIX: RecordingOptions = {};
export const MOVIES: RecordingOptions = { files: ["hls", "mp4"], segments: 12 };
/** As long as Agora's own. */
export const LONG: RecordingOptions = { segmentSeconds: 15.36 };
export const LONG_MOVIES: RecordingOptions = { files: ["hls", "mp4"], segments: 18, segmentSeconds: 15.36 };
export const USERS: RecordingOptions = { mode: "individual", segments: 3, users: ["123", "456"] };
export const SNAPSHOTS: RecordingOptions = {
  mode: "individual",
  files: ["hls", "snapshots"],
  segments: 3,
  users: ["123"],
};
export const FAILOVER: RecordingOptions = { segments: 6, failovers: 1 };
export const FAILOVERS: RecordingOptions = { segments: 6, failovers: 2 };
export const NAMED: RecordingOptions = {
  expects: { named: [{ name: `${SID}_room.m3u8` }, { name: `${SID}_room_0.mp4` }], namedIsFinal: true },
  files: ["hls", "mp4"],
};

/** Damages that one check names. */
export function damagesFoundAs(
  verdict: Finding,
  rows: [name: string, recording: RecordingOptions, change: Change][],
): Damage[] {
  return rows.map(([name, recording, change]) => ({ ...verdict, name, recording, change }));
}

/** What of the recording lies in the store, and what changes there later. */
export async function applyDamage({
  recording,
  change,
  when,
}: Damage): Promise<{ stored: Stored; later?: LaterChange }> {
  const stored = await soundRecording(recording);
  if (when === undefined) {
    change(stored);
    return { stored };
  }
  const changed: Stored = { ...stored, objects: new Map(stored.objects) };
  change(changed);
  const objects = new Map([...changed.objects].filter(([name, content]) => content !== stored.objects.get(name)));
  return { stored, later: { when, objects } };
}
