/**
 * What may happen to a recording, as plain data: the knobs, their defaults, and the named pathologies.
 * By default Agora says as little as its documentation allows; a scenario must ask for anything friendlier.
 */

import type { UploadingStatus } from "../agora/answers.ts";
import type { EventType } from "../agora/events.ts";

/**
 * A part of a recording: the segments with this index in every track, every final playlist, all MP4s, all snapshots, or all
 * files of one user.
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
  /** What `record` requests; other starts say it in `recordingFileConfig.avFileType` and `snapshotConfig`. */
  files: ("hls" | "mp4" | "snapshots")[];
  /** Segments of every track, over all failover sets. 0: no stream was sent. An MP4 holds six. */
  segments: number;
  /** The users that individual mode records, audio and video each; their media repeat after twelve segments in all. */
  users: string[];
  /** Of individual mode, what `record` requests; other starts say it in `recordingConfig`. `standard` merges a user's tracks. */
  streamMode: "default" | "standard" | "original";
  /** The users who sent sound alone, and those who sent VP8 from a web page. */
  soundOnly: string[];
  webSenders: string[];
  /** Whether names have a dash for each special character of the channel in every mode, as one of Agora's pages has it. */
  dashedChannel: boolean;
  /** How names of segments write their time: 17 digits of UTC, or 13 of Unix milliseconds, as one page says of web mode. */
  segmentTimes: "utc" | "unix-ms";
  /** `#EXTINF:1.920000,` as RFC 8216 wants it; Agora's own has no comma. */
  extinfComma: boolean;
  /** How often the recorder failed over (0 to 3): the first set and `bak0_` to `bak2_` share the segments evenly. */
  failovers: number;

  /** Pause before each upload, in milliseconds. */
  uploadEveryMs: number;
  /** How many segments of each track are uploaded before the stop; the rest follows it. */
  segmentsBeforeStop: number;
  /** Whether the playlist is uploaded and overwritten as it grows, or only at the end. */
  growingPlaylist: boolean;
  /** Never arrives. Of playlists only the final one is lost; the growing ones stay. */
  lost: ScenarioPart[];
  /** Arrives with no bytes. */
  empty: ScenarioPart[];
  /** Arrives cut off in the middle. */
  damaged: ScenarioPart[];
  /** Arrives this long after everything else, in milliseconds; a sync stop waits for it. */
  late: { parts: ScenarioPart[]; afterMs: number };
  /**
   * Goes to Agora's backup cloud and arrives this long after everything else, in milliseconds. The plain playlist breaks off
   * before the first of these segments; `resent` playlists named `<stem>_<tick>_<index>` follow, the last of them complete.
   */
  backup: { parts: ScenarioPart[]; afterMs: number; resent: number };

  /** Answers to the first stops and queries of the session, before the emulator's own. */
  stop: ScriptedAnswer[];
  query: ScriptedAnswer[];
  /** How long the answer to a stop takes, in milliseconds. */
  stopDelayMs: number;
  /** The session ends by itself at once: the channel was idle. */
  idleExit: boolean;
  /** How many further stops meet an exiting session (400, code 49); later ones get 404. */
  stopsWhileExiting: number;
  /** How many queries are still answered after the end of the session; later ones get 404. */
  queriesWhileExiting: number;
  /** When a sync stop gives up on the upload with code 50. Agora documents no HTTP status for it. */
  syncLimit: { ms: number; status: number };
  /** What a sync stop says of the upload; `null`: the truth. */
  uploadingStatus: UploadingStatus | "unknow" | null;
  /** Whether a `fileList` is the JSON text of the list. */
  listAsText: boolean;
  /** Whether a sync stop, a query and a notification name the files. */
  namesFiles: boolean;

  /** What goes wrong with the notifications of the session's end. */
  notifications: {
    /** Event types that never arrive. */
    lost: EventType[];
    /** All arrive when the files have been sent, the last one first. */
    reversed: boolean;
    /** Each arrives twice, with the same id. */
    twice: boolean;
    /** All are signed with another secret. */
    forged: boolean;
    /** What 11 says: 1 after an abnormal end. Default: 0. */
    exitStatus?: 0 | 1;
    /** What 71 says: why the web recorder stopped. Default: 0, when it was stopped. */
    webStopCode?: number;
    /** Further ones, at the session's end. */
    others?: { eventType: EventType; details: object }[];
  };
};

const NOTIFICATIONS: Scenario["notifications"] = {
  lost: [],
  reversed: false,
  twice: false,
  forged: false,
};

const PLAIN: Scenario = {
  files: ["hls"],
  segments: 6,
  users: ["123", "456"],
  streamMode: "default",
  soundOnly: [],
  webSenders: [],
  dashedChannel: false,
  segmentTimes: "utc",
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
  listAsText: false,
  namesFiles: true,
  notifications: NOTIFICATIONS,
};

const NO_WORKER = { status: 404, body: { code: 404, reason: "failed to find worker" } };

const ALL_FILES: ScenarioPart[] = [0, 1, 2, 3, 4, 5, "playlist", "mp4", "snapshot"];

const NOT_UPLOADED = { lost: ALL_FILES, growingPlaylist: false };

/** Each differs from `plain` in the knobs that its row names. `about` is for people. */
export const scenarios = {
  plain: { about: "All goes well, and Agora says as little as its documentation allows" },
  mp4: { about: "HLS and an MP4", files: ["hls", "mp4"] },
  "two-mp4s": { about: "HLS and two MP4s", files: ["hls", "mp4"], segments: 12 },
  snapshots: { about: "Snapshots alone", files: ["snapshots"] },
  "recording-and-snapshots": { about: "HLS and snapshots", files: ["hls", "snapshots"] },

  standard: {
    about: "Individual mode with stream mode standard: one more playlist names the two of each user",
    streamMode: "standard",
  },
  "standard-sound-only": {
    about: "Stream mode standard, and one user sent no pictures: the merged playlist names pictures that never come",
    streamMode: "standard",
    soundOnly: ["456"],
  },
  "standard-web-sender": {
    about: "Stream mode standard, and one user sent VP8 from a web page: WebM, and an MPD that names it",
    streamMode: "standard",
    webSenders: ["456"],
  },

  "dashed-channel": {
    about: "Names have a dash for each special character of the channel, in every mode",
    dashedChannel: true,
  },
  "unix-times": { about: "Names of segments have 13 digits, as documented for web mode", segmentTimes: "unix-ms" },

  late: { about: "The last segments arrive after the final playlist", late: { parts: [4, 5], afterMs: 500 } },
  "late-user": { about: "All files of one user arrive late", late: { parts: ["uid:456"], afterMs: 500 } },
  lost: { about: "A segment that the final playlist names never arrives", lost: [3] },
  unfinished: { about: "The playlist never gets its end", lost: ["playlist"] },
  "no-playlist": { about: "Segments without a playlist", lost: ["playlist"], growingPlaylist: false },
  "lost-mp4": { about: "The MP4 never arrives", files: ["hls", "mp4"], lost: ["mp4"] },
  "lost-user": { about: "One user's final playlists and segments never arrive", lost: ["uid:456"] },
  "nothing-uploaded": {
    about: "Agora reports success and uploads nothing, as with a wrong bucket or prefix",
    ...NOT_UPLOADED,
  },
  "empty-segment": { about: "A segment has no bytes", empty: [2] },
  "damaged-segment": { about: "A segment is cut off in the middle", damaged: [2] },

  backuped: {
    about: "The last segments go to the backup cloud, then arrive with a new playlist",
    backup: { parts: [3, 4, 5], afterMs: 500, resent: 1 },
  },
  "backuped-thrice": {
    about: "The backup cloud sends three playlists, each longer than the one before",
    backup: { parts: [3, 4, 5], afterMs: 500, resent: 3 },
  },
  "backuped-lost": {
    about: "The backup cloud's playlist names a segment that never arrives",
    backup: { parts: [3, 4, 5], afterMs: 500, resent: 1 },
    lost: [4],
  },
  stranded: {
    about: "The last segments stay on Agora's side and arrive later; Agora says stranded",
    backup: { parts: [3, 4, 5], afterMs: 500, resent: 1 },
    uploadingStatus: "stranded",
  },
  "stranded-nothing": {
    about: "Agora says stranded, names no file, and nothing ever arrives",
    ...NOT_UPLOADED,
    uploadingStatus: "stranded",
    namesFiles: false,
  },
  // Observed in production by a customer of Agora.
  "backuped-nothing": {
    about: "Agora says backuped, names no file, and nothing ever arrives",
    ...NOT_UPLOADED,
    uploadingStatus: "backuped",
    namesFiles: false,
  },

  failover: {
    about: "The recorder dies once; a second set continues where the first breaks off",
    segments: 12,
    segmentsBeforeStop: 9,
    failovers: 1,
  },
  "failover-grace": {
    about: "The stop meets a failover: two 404s, although the session lives",
    segments: 12,
    segmentsBeforeStop: 9,
    failovers: 1,
    stop: [NO_WORKER, NO_WORKER],
  },

  "page-not-loaded": {
    about: "The page of a web recording did not load: nothing was recorded, and 71 says why",
    ...NOT_UPLOADED,
    idleExit: true,
    stopsWhileExiting: 0,
    notifications: { ...NOTIFICATIONS, lost: [31, 33], webStopCode: 4 },
  },
  "abnormal-exit": {
    about: "The recorder exits abnormally, and 11 and a query say so",
    query: [{ status: 200, body: { resourceId: "unused", sid: "unused", serverResponse: { status: 20 } } }],
    notifications: { ...NOTIFICATIONS, exitStatus: 1 },
  },
  "keys-expired": {
    about: "Agora's temporary keys for the store expired: 34, then a warning",
    notifications: {
      ...NOTIFICATIONS,
      others: [
        { eventType: 34, details: { msgName: "STSExpired" } },
        { eventType: 2, details: { msgName: "cloud_recording_warning", module: 1, warnCode: 32 } },
      ],
    },
  },
  "transcoding-failed": {
    about: "The transcoding after the recording fails",
    notifications: {
      ...NOTIFICATIONS,
      others: [{ eventType: 1001, details: { msgName: "postpone_transcode_final_result", result: "failed" } }],
    },
  },

  idle: { about: "The channel was idle and the session exits: code 49, then 404", idleExit: true },
  gone: { about: "The session exited long ago: 404", idleExit: true, stopsWhileExiting: 0 },
  "nothing-recorded": { about: "No stream was sent", segments: 0 },

  "answer-lost": { about: "The stop takes effect and its answer is lost", stop: ["reset"] },
  "connection-refused": { about: "The connection of the first stop breaks without effect", stop: ["reset-unhandled"] },
  held: { about: "The answer to the stop waits for a release", stop: [{ hold: true }] },
  hanging: { about: "The stop takes effect and is never answered", stop: ["hang"] },
  "not-completed": {
    about: "The stop takes effect; its answer says that it was not completed in time",
    stop: [{ status: 206, body: { code: 65, reason: "request not completed" }, handled: true }],
  },
  unavailable: {
    about: "The first stop times out inside Agora",
    stop: [{ status: 504, body: { code: 62, reason: "request timeout" } }],
  },
  "not-understood": {
    about: "The stop takes effect; its 206 has a code that no page names",
    stop: [{ status: 206, body: { code: 4711, reason: "?" }, handled: true }],
  },
  "upload-goes-on": {
    about: "A sync stop gives up on the upload with code 206",
    stop: [{ status: 206, body: { code: 206, reason: "upload not completed" }, handled: true }],
  },
  "success-word": {
    about: "The stop's answer has a code and a word of success",
    stop: [
      { status: 200, body: { code: 200, message: "success", resourceId: "unused", sid: "unused" }, handled: true },
    ],
  },
  "resource-expired": {
    about: "The resource has expired, so that nothing can be stopped any more",
    stop: [{ status: 400, body: { code: 433, reason: "resource expired" }, handled: true }],
  },
  "ten-percent-rule": {
    about: "Two stops are refused with a 400 that has no known code",
    stop: [
      { status: 400, body: { message: "Bad Request" } },
      { status: 400, body: { message: "Bad Request" } },
    ],
  },
  "list-as-text": {
    about: "A sync stop has its list of files as JSON text",
    listAsText: true,
  },
  "rate-limited": {
    about: "The first stop is refused with 429",
    stop: [{ status: 429, body: { message: "API rate limit exceeded" } }],
  },
  "sync-timeout": {
    about: "A sync stop gives up on the upload",
    late: { parts: [5], afterMs: 500 },
    syncLimit: { ms: 100, status: 504 },
  },
  unknown: { about: "A sync stop does not know what became of the upload", uploadingStatus: "unknow" },
  "query-after-stop": { about: "Two queries are answered after the stop", queriesWhileExiting: 2 },
} satisfies Record<string, { about: string } & Partial<Scenario>>;

export type ScenarioName = keyof typeof scenarios;

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(scenarios, name);
}

/** A scenario by name, or by the knobs in which it differs from `plain`. */
export function resolveScenario(scenario: ScenarioName | Partial<Scenario>): Scenario {
  if (typeof scenario !== "string") return { ...PLAIN, ...scenario };
  const { about: _, ...knobs }: { about: string } & Partial<Scenario> = scenarios[scenario];
  return { ...PLAIN, ...knobs };
}
