/**
 * The bodies of Agora's answers, in the shapes of its documentation.
 * https://docs.agora.io/en/cloud-recording/reference/restful-api#stop and its page of status codes.
 *
 * Beware: names include the prefix in individual and mix mode but not in web mode, where the field is `filename`; a mix of HLS
 * alone names its playlist in a string; snapshots are never named.
 */
import { MODES, type RecordingMode } from "../../agora/modes.ts";
import type { Layout } from "../recording/layout.ts";

export type AgoraAnswer = { status: number; body: unknown; headers?: Record<string, string> };

/** The session's identity, as answers repeat it. */
export type Identity = { resourceId: string; sid: string; cname: string; uid: string };

export const UNAUTHORIZED: AgoraAnswer = { status: 401, body: { message: "Invalid authentication credentials" } };
export const NO_ROUTE: AgoraAnswer = { status: 404, body: { message: "no Route matched with those values" } };
export const INVALID_APP_ID: AgoraAnswer = { status: 400, body: { message: "appid is invalid" } };
export const NO_WORKER: AgoraAnswer = { status: 404, body: { code: 404, reason: "failed to find worker" } };
export const ALREADY_STARTED: AgoraAnswer = { status: 201, body: { code: 7, reason: "already started" } };
export const ALREADY_EXITING: AgoraAnswer = { status: 400, body: { code: 49, reason: "invalid operation" } };
export const NO_RECORDED_DATA: AgoraAnswer = { status: 206, body: { code: 435, reason: "no recorded data" } };

/** `Retry-After` is one second: by then both kinds of window have room again. */
export function rateLimitAnswer(retryAfter = false): AgoraAnswer {
  const refusal = { status: 429, body: { message: "API rate limit exceeded" } };
  return retryAfter ? { ...refusal, headers: { "retry-after": "1" } } : refusal;
}

export function invalidParameterAnswer(reason: string): AgoraAnswer {
  return { status: 400, body: { code: 2, reason } };
}

/** A sync stop gives up on the upload. Agora documents no HTTP status for it. */
export function uploadTimeoutAnswer(status: number): AgoraAnswer {
  return { status, body: { code: 50, reason: "upload timeout" } };
}

/** An async stop is accepted, without a word on files or upload. */
export function asyncStopAnswer({ resourceId, sid, cname, uid }: Identity): AgoraAnswer {
  return { status: 200, body: { resourceId, sid, cname, uid, serverResponse: {} } };
}

export type AnswerFiles = {
  mode: RecordingMode;
  prefix: string;
  layout: Layout;
  named: boolean;
  /** Whether a list is written as the text of its JSON. */
  asText?: boolean;
};

export function stopAnswer(
  { resourceId, sid }: Identity,
  { files, uploadingStatus }: { files: AnswerFiles; uploadingStatus: string },
): AgoraAnswer {
  const serverResponse =
    MODES[files.mode].filesNamedIn === "services"
      ? {
          extensionServiceState: [
            webRecorder(files, "exit"),
            { payload: { uploadingStatus }, serviceName: "upload_service" },
          ],
        }
      : { ...buildFileList(files), uploadingStatus };
  return { status: 200, body: { resourceId, sid, serverResponse } };
}

export function queryAnswer(
  { resourceId, sid, cname, uid }: Identity,
  { files, status, state }: { files: AnswerFiles; status: number; state: "inProgress" | "exit" },
): AgoraAnswer {
  const serverResponse =
    MODES[files.mode].filesNamedIn === "services"
      ? { status, extensionServiceState: [webRecorder(files, state)] }
      : { status, ...buildFileList(files), sliceStartTime: files.layout.startedMs };
  return { status: 200, body: { resourceId, sid, cname, uid, serverResponse } };
}

/** Lists the playlists and MP4s of the first recorder; whether Agora names failover sets is not documented. */
function listEntries({ layout, named }: AnswerFiles) {
  if (!named) return [];
  return [
    ...layout.tracks.map(({ stem, uid, type }) => ({ name: `${stem}.m3u8`, uid, type })),
    ...layout.merged.map(({ name, uid }) => ({ name, uid, type: "audio_and_video" as const })),
    ...layout.mp4s.map(({ name, uid }) => ({ name, uid, type: "audio_and_video" as const })),
  ].filter(({ name }) => !/^bak\d_/.test(name));
}

function buildFileList(files: AnswerFiles): object {
  const { mode, prefix, layout } = files;
  if (layout.tracks.length === 0) return {};

  const [only] = listEntries(files);
  if (files.asText !== true && !MODES[mode].tracksByUser && layout.mp4s.length === 0 && only) {
    return { fileListMode: "string", fileList: prefix + only.name };
  }
  const list = fileListOf(files);
  return { fileListMode: "json", fileList: files.asText === true ? JSON.stringify(list) : list };
}

/** The `fileList` of mode `json`. */
export function fileListOf(files: AnswerFiles): object[] {
  const { mode, prefix, layout } = files;
  return listEntries(files).map(({ name, uid, type }) => ({
    fileName: prefix + name,
    trackType: type,
    uid,
    mixedAllUser: !MODES[mode].tracksByUser,
    isPlayable: type !== "video",
    sliceStartTime: layout.startedMs,
  }));
}

/** The `fileList` of a web recorder. */
export function webFiles(files: AnswerFiles): object[] {
  return listEntries(files).map(({ name }) => ({ filename: name, sliceStartTime: files.layout.startedMs }));
}

function webRecorder(files: AnswerFiles, state: "inProgress" | "exit"): object {
  return { payload: { fileList: webFiles(files), onhold: false, state }, serviceName: "web_recorder_service" };
}
