/** The bodies of `acquire` and `start`. Each asks Agora to end by itself within the hour, should this run die. */
import { randomBytes, randomInt } from "node:crypto";

import type { BucketSettings } from "../../src/bucket/open-bucket.ts";
import { TailslateError } from "../../src/lib/tailslate-error.ts";
import type { Evidence, RecordingName, StorageKeys } from "./evidence.ts";
import type { LiveSettings } from "./settings.ts";

/** The channel and the recorder's uid of one recording. */
export type Caller = { cname: string; uid: string };

/** Makes a caller. A web recording's label has both characters on whose spelling in names Agora's pages differ. */
export function makeCaller({ subject }: LiveSettings): Caller {
  const cname = subject.mode === "web" ? `tailslate_live,${randomBytes(4).toString("hex")}` : subject.cname;
  return { cname, uid: String(randomInt(100_000_000, 999_999_999)) };
}

export function makePrefix(): string[] {
  return ["tailslatelive", randomBytes(6).toString("hex")];
}

export function acquireRequest({ subject }: LiveSettings, extra: object = {}): object {
  return { scene: subject.mode === "web" ? 1 : 0, resourceExpiredHour: 1, ...extra };
}

/** The second recording says nothing of files, to see what Agora makes then. */
export function startRequest(
  settings: LiveSettings,
  { name, evidence: { prefix, storageKeys } }: { name: RecordingName; evidence: Evidence },
): object {
  const { subject, store, place } = settings;
  const storageConfig = { ...place, bucket: store.bucket, ...storageKeys, fileNamePrefix: prefix };
  const endpoint = place.vendor === 11 ? { extensionParams: { endpoint: String(store.endpoint) } } : {};
  return {
    storageConfig: { ...storageConfig, ...endpoint },
    ...(name === "first" && { recordingFileConfig: { avFileType: ["hls", "mp4"] } }),
    ...(subject.mode === "web" ? { extensionServiceConfig: recordPage(subject.url) } : recordChannel(subject)),
  };
}

function recordPage(url: string): object {
  const serviceParam = { url, audioProfile: 0, videoWidth: 1280, videoHeight: 720, maxRecordingHour: 1 };
  return {
    errorHandlePolicy: "error_abort",
    extensionServices: [{ serviceName: "web_recorder_service", errorHandlePolicy: "error_abort", serviceParam }],
  };
}

function recordChannel({ channelType, token }: Extract<LiveSettings["subject"], { mode: "mix" }>): object {
  return { recordingConfig: { channelType, maxIdleTime: 30 }, ...(token !== undefined && { token }) };
}

/** Reads the keys that Agora uploads with. Throws a `TailslateError` for temporary ones. */
export async function readStorageKeys(store: BucketSettings): Promise<StorageKeys> {
  if ("accountKey" in store) return { accessKey: store.account, secretKey: store.accountKey };
  const keys = "credentials" in store ? await store.credentials() : store;
  if ("sessionToken" in keys && keys.sessionToken !== undefined)
    throw new TailslateError("Cannot give Agora temporary keys: name a store that has lasting ones");
  const { accessKey, secretKey } = keys;
  return { accessKey, secretKey };
}
