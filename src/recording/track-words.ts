import type { TrackKind } from "./types.ts";

/** What a track holds, for people. */
export const TRACK_WORDS = { audio: "sound", video: "pictures" } as const satisfies Record<TrackKind, string>;
