/** What a live run saw, as it came: it holds names and ids, and so never leaves this process. `redact.ts` cleans it. */
import type { AgoraRecording } from "../../src/agora/client.ts";
import type { StoredObject } from "../../src/bucket/bucket.ts";

/** Each step is asked of one recording or of none, and some several times. */
export type Step =
  | "acquire"
  | "acquire-long-channel"
  | "acquire-region"
  | "acquire-affinity"
  | "notification-addresses-v1"
  | "notification-addresses-v2"
  | "start"
  | "start-again"
  | "query"
  | "stop-async"
  | "stop-sync"
  | "stop-again"
  | "query-after-stop";

/** The first recording asks for an MP4 and is stopped async; the second says nothing of files and is stopped sync. */
export type RecordingName = "first" | "second";

export type Exchange = {
  step: Step;
  recording: RecordingName | null;
  /** Since the run began, in milliseconds. */
  atMs: number;
  tookMs: number;
  /** The sentence of our own verdict or, without an answer, of what happened. */
  summary: string | null;
  /** `null` without an answer. */
  status: number | null;
  /** As it was parsed; `null` for one that is not JSON. */
  body: unknown;
};

export type Notice = { recording: RecordingName; eventType: number; atMs: number; details: unknown };

export type StorageKeys = { accessKey: string; secretKey: string };

export type Evidence = {
  /** What Agora was given to upload with. */
  storageKeys: StorageKeys;
  /** Where both recordings are uploaded. */
  prefix: string[];
  exchanges: Exchange[];
  notices: Notice[];
  /** Whether notifications could reach this run at all. */
  listened: boolean;
  recordings: Partial<Record<RecordingName, AgoraRecording>>;
  /** What lay below the prefix in the end. */
  objects: StoredObject[];
};

/** The exchanges of a step, in their order; of one recording where it is named. */
export function exchangesOf({ exchanges }: Evidence, step: Step, recording?: RecordingName): Exchange[] {
  return exchanges.filter((at) => at.step === step && (recording === undefined || at.recording === recording));
}
