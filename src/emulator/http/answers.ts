/**
 * The bodies of Agora's answers, in the shapes of its documentation.
 * https://docs.agora.io/en/cloud-recording/reference/restful-api#stop and its page of status codes.
 *
 * What surprises: names carry the prefix in individual and mix mode and lack it in web mode, where the field is `filename`;
 * a mix of HLS alone names its playlist in a string; snapshots are never named.
 */
import { MODES, type RecordingMode } from "../../agora/modes.ts";
import type { Layout } from "../recording/layout.ts";

export type Answer = { status: number; body: unknown; headers?: Record<string, string> };

/** The session's identity, as answers repeat it. */
export type Identity = { resourceId: string; sid: string; cname: string; uid: string };

export const UNAUTHORIZED: Answer = { status: 401, body: { message: "Invalid authentication credentials" } };
export const NO_ROUTE: Answer = { status: 404, body: { message: "no Route matched with those values" } };
export const INVALID_APP_ID: Answer = { status: 400, body: { message: "appid is invalid" } };
export const NO_WORKER: Answer = { status: 404, body: { code: 404, reason: "failed to find worker" } };
export const ALREADY_STARTED: Answer = { status: 201, body: { code: 7, reason: "already started" } };
export const ALREADY_EXITING: Answer = { status: 400, body: { code: 49, reason: "invalid operation" } };
export const NO_RECORDED_DATA: Answer = { status: 206, body: { code: 435, reason: "no recorded data" } };

/** The next second is a new one, whichever way seconds are counted. */
export function rateLimited(retryAfter = false): Answer {
  const refusal = { status: 429, body: { message: "API rate limit exceeded" } };
  return retryAfter ? { ...refusal, headers: { "retry-after": "1" } } : refusal;
}

export function invalidParameter(reason: string): Answer {
  return { status: 400, body: { code: 2, reason } };
}

/** A sync stop's patience with the upload is over. No source tells the HTTP status. */
export function uploadTimeout(status: number): Answer {
  return { status, body: { code: 50, reason: "upload timeout" } };
}

/** An async stop: taken, and nothing said of files or status. */
export function stopAccepted({ resourceId, sid, cname, uid }: Identity): Answer {
  return { status: 200, body: { resourceId, sid, cname, uid, serverResponse: {} } };
}

export type Files = { mode: RecordingMode; prefix: string; layout: Layout; named: boolean };

export function stopped({ resourceId, sid }: Identity, files: Files, uploadingStatus: string): Answer {
  const serverResponse =
    MODES[files.mode].filesNamedIn === "services"
      ? {
          extensionServiceState: [
            webRecorder(files, "exit"),
            { payload: { uploadingStatus }, serviceName: "upload_service" },
          ],
        }
      : { ...fileList(files), uploadingStatus };
  return { status: 200, body: { resourceId, sid, serverResponse } };
}

export function queried(
  { resourceId, sid, cname, uid }: Identity,
  files: Files,
  { status, state }: { status: number; state: "inProgress" | "exit" },
): Answer {
  const serverResponse =
    MODES[files.mode].filesNamedIn === "services"
      ? { status, extensionServiceState: [webRecorder(files, state)] }
      : { status, ...fileList(files), sliceStartTime: files.layout.startedMs };
  return { status: 200, body: { resourceId, sid, cname, uid, serverResponse } };
}

/** The playlists and MP4s of the first recorder: whether Agora names failover sets is not documented. */
function entries({ layout, named }: Files) {
  if (!named) return [];
  return [
    ...layout.tracks.map(({ stem, uid, type }) => ({ name: `${stem}.m3u8`, uid, type })),
    ...layout.mp4s.map(({ name, uid }) => ({ name, uid, type: "audio_and_video" as const })),
  ].filter(({ name }) => !/^bak\d_/.test(name));
}

function fileList(files: Files): object {
  const { mode, prefix, layout } = files;
  if (layout.tracks.length === 0) return {};

  const [only] = entries(files);
  if (!MODES[mode].tracksByUser && layout.mp4s.length === 0 && only) {
    return { fileListMode: "string", fileList: prefix + only.name };
  }
  return { fileListMode: "json", fileList: listedFiles(files) };
}

/** The `fileList` of mode `json`. */
export function listedFiles(files: Files): object[] {
  const { mode, prefix, layout } = files;
  return entries(files).map(({ name, uid, type }) => ({
    fileName: prefix + name,
    trackType: type,
    uid,
    mixedAllUser: !MODES[mode].tracksByUser,
    isPlayable: type !== "video",
    sliceStartTime: layout.startedMs,
  }));
}

/** The `fileList` of a web recorder. */
export function webFiles(files: Files): object[] {
  return entries(files).map(({ name }) => ({ filename: name, sliceStartTime: files.layout.startedMs }));
}

function webRecorder(files: Files, state: "inProgress" | "exit"): object {
  return { payload: { fileList: webFiles(files), onhold: false, state }, serviceName: "web_recorder_service" };
}
