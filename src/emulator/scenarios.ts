/**
 * What may happen to a recording, as plain data: the knobs, their sparing defaults, and the named pathologies.
 * The default says as little as the facts allow; everything friendlier has to be asked for.
 */

import type { EventType } from "../agora/events.ts";

/**
 * Something of a recording: the segments at this place in every track, every final playlist, all MP4s, all snapshots,
 * or everything of one user.
 */
export type ScenarioPart = number | "playlist" | "mp4" | "snapshot" | `uid:${string}`;

/**
 * An answer given instead of the emulator's own.
 * `reset`: the request takes effect, then the connection is destroyed. `reset-unhandled`: destroyed without effect.
 * `hang`: the request takes effect and is never answered. `hold`: the answer waits for `release()`.
 * A fixed answer takes effect only with `handled`; a string as body is sent as it is, not as JSON.
 */
export type ScriptedAnswer =
  | "reset"
  | "reset-unhandled"
  | "hang"
  | { hold: true }
  | { status: number; body: unknown; handled?: boolean; hold?: boolean };

export type Scenario = {
  /** What `record` asks `start` for; a start of one's own says it in `recordingFileConfig.avFileType` and `snapshotConfig`. */
  files: ("hls" | "mp4" | "snapshots")[];
  /** Segments of every track, over all failover sets. 0: nobody sent a stream. An MP4 holds six. */
  segments: number;
  /** Whom individual mode records, audio and video each; the last users' media repeat when there are more than twelve segments. */
  users: string[];
  /** `#EXTINF:1.920000,` as RFC 8216 wants it; Agora's own has no comma. */
  extinfComma: boolean;
  /** How often the recorder was replaced (0 to 3): the segments are spread evenly over the first set and `bak0_` to `bak2_`. */
  failovers: number;

  /** Pause before each upload, in milliseconds. */
  uploadEveryMs: number;
  /** How many segments of each track are uploaded before the stop; the rest follows it. */
  segmentsBeforeStop: number;
  /** Whether the playlist is uploaded and overwritten as it grows, or only at the end. */
  growingPlaylist: boolean;
  /** Never arrives. Of a playlist only the final one is lost, the growing ones stay. */
  lost: ScenarioPart[];
  /** Arrives with no bytes. */
  empty: ScenarioPart[];
  /** Arrives cut off in the middle. */
  damaged: ScenarioPart[];
  /** Arrives this long after everything else, in milliseconds; a sync stop waits for it. */
  late: { parts: ScenarioPart[]; afterMs: number };
  /**
   * Goes to Agora's backup cloud and arrives this long after everything else, in milliseconds. The plain playlist ends, unfinished,
   * before the first segment concerned; `resent` playlists named `<stem>_<tick>_<index>` follow, the last of them complete.
   */
  backup: { parts: ScenarioPart[]; afterMs: number; resent: number };

  /** Answers to the first stops and queries of the session, before the emulator's own. */
  stop: ScriptedAnswer[];
  query: ScriptedAnswer[];
  /** How long the answer to a stop takes, in milliseconds. */
  stopDelayMs: number;
  /** The session ends by itself at once: the channel was idle. */
  idleExit: boolean;
  /** How many further stops meet an exiting session (400, code 49); after them there is none any more (404). */
  stopsWhileExiting: number;
  /** How many queries are still answered after the end of the session; after them 404. */
  queriesWhileExiting: number;
  /** When a sync stop gives up on the upload and answers code 50, and with which HTTP status, which no source tells. */
  syncLimit: { ms: number; status: number };
  /** What a sync stop says of the upload; `null`: what is true. */
  uploadingStatus: "uploaded" | "backuped" | "backuping" | "unknow" | "unknown" | null;
  /** Whether a sync stop, a query and a notification name the files. */
  namesFiles: boolean;

  /** What goes wrong with the notifications of the session's end, where the emulator has somebody to notify. */
  notifications: {
    /** Event types that never come. */
    lost: EventType[];
    /** All come when the files have been sent, the last one first. */
    reversed: boolean;
    /** Each comes twice, by the same id. */
    twice: boolean;
    /** All are signed with another secret. */
    forged: boolean;
  };
};

const PLAIN: Scenario = {
  files: ["hls"],
  segments: 6,
  users: ["123", "456"],
  extinfComma: false,
  failovers: 0,
  uploadEveryMs: 0,
  segmentsBeforeStop: 3,
  growingPlaylist: true,
  lost: [],
  empty: [],
  damaged: [],
  late: { parts: [], afterMs: 0 },
  backup: { parts: [], afterMs: 0, resent: 1 },
  stop: [],
  query: [],
  stopDelayMs: 0,
  idleExit: false,
  stopsWhileExiting: 1,
  queriesWhileExiting: 0,
  syncLimit: { ms: 20_000, status: 504 },
  uploadingStatus: null,
  namesFiles: true,
  notifications: { lost: [], reversed: false, twice: false, forged: false },
};

const NO_WORKER = { status: 404, body: { code: 404, reason: "failed to find worker" } };

/** Each differs from `plain` in the knobs named. */
export const scenarios = {
  /** All goes well, and Agora says as little as it may. */
  plain: {},
  mp4: { files: ["hls", "mp4"] },
  /** Twelve segments make two MP4s. */
  "two-mp4s": { files: ["hls", "mp4"], segments: 12 },
  snapshots: { files: ["snapshots"] },
  "recording-and-snapshots": { files: ["hls", "snapshots"] },

  /** The last segments come half a second after the final playlist. */
  late: { late: { parts: [4, 5], afterMs: 500 } },
  "late-user": { late: { parts: ["uid:456"], afterMs: 500 } },
  /** A segment that the final playlist names never comes. */
  lost: { lost: [3] },
  /** The playlist never gets its end. */
  unfinished: { lost: ["playlist"] },
  /** Segments without any playlist. */
  "no-playlist": { lost: ["playlist"], growingPlaylist: false },
  "lost-mp4": { files: ["hls", "mp4"], lost: ["mp4"] },
  "lost-user": { lost: ["uid:456"] },
  /** Agora says that all is well and nothing was ever uploaded: the wrong bucket, or a prefix nobody looks under. */
  "nothing-uploaded": { lost: [0, 1, 2, 3, 4, 5, "playlist", "mp4", "snapshot"], growingPlaylist: false },
  "empty-segment": { empty: [2] },
  "damaged-segment": { damaged: [2] },

  /** Backuped, then moved: the late segments and a new playlist. */
  backuped: { backup: { parts: [3, 4, 5], afterMs: 500, resent: 1 } },
  /** The backup sends the playlist three times, each longer than the one before. */
  "backuped-thrice": { backup: { parts: [3, 4, 5], afterMs: 500, resent: 3 } },
  /** Backuped, and the new playlist names a segment that never comes. */
  "backuped-lost": { backup: { parts: [3, 4, 5], afterMs: 500, resent: 1 }, lost: [4] },
  /** Seen by a user: backuped, no file named, nothing ever arrived. */
  "backuped-nothing": {
    lost: [0, 1, 2, 3, 4, 5, "playlist", "mp4", "snapshot"],
    growingPlaylist: false,
    uploadingStatus: "backuped",
    namesFiles: false,
  },

  /** The recorder died once; a second set goes on where the first breaks off. */
  failover: { segments: 12, segmentsBeforeStop: 9, failovers: 1 },
  /** The same while the new recorder is being found: stop answers 404 twice although the session lives. */
  "failover-grace": { segments: 12, segmentsBeforeStop: 9, failovers: 1, stop: [NO_WORKER, NO_WORKER] },

  /** The channel was idle and the session exits: 49, then 404. */
  idle: { idleExit: true },
  /** The same, long ago: 404. */
  gone: { idleExit: true, stopsWhileExiting: 0 },
  /** Nobody sent a stream. */
  "nothing-recorded": { segments: 0 },

  /** The stop takes effect and its answer is lost. */
  "answer-lost": { stop: ["reset"] },
  "connection-refused": { stop: ["reset-unhandled"] },
  /** The answer to the stop waits for `release()`. */
  held: { stop: [{ hold: true }] },
  hanging: { stop: ["hang"] },
  /** The stop reached the backend, which did not answer in time. */
  "not-completed": { stop: [{ status: 206, body: { code: 65, reason: "request not completed" }, handled: true }] },
  unavailable: { stop: [{ status: 504, body: { code: 62, reason: "request timeout" } }] },
  "rate-limited": { stop: [{ status: 429, body: { message: "API rate limit exceeded" } }] },
  /** A sync stop loses patience with the upload. */
  "sync-timeout": { late: { parts: [5], afterMs: 500 }, syncLimit: { ms: 100, status: 504 } },
  /** A sync stop that does not know what became of the upload. */
  unknown: { uploadingStatus: "unknow" },
  /** Two queries are answered after the stop. */
  "query-after-stop": { queriesWhileExiting: 2 },
} satisfies Record<string, Partial<Scenario>>;

export type ScenarioName = keyof typeof scenarios;

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(scenarios, name);
}

/** A scenario by name, or by the knobs in which it differs from `plain`. */
export function resolveScenario(scenario: ScenarioName | Partial<Scenario>): Scenario {
  const knobs: Partial<Scenario> = typeof scenario === "string" ? scenarios[scenario] : scenario;
  return { ...PLAIN, ...knobs };
}
