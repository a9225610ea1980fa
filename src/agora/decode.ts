/**
 * Decodes Agora's JSON into our own shapes. Agora's pages of different years and its real answers disagree in spelling and
 * type. So every published form of a field is read, and a field that cannot be read counts as absent: one odd field must
 * not cost the rest of an answer that comes only once. Nothing here throws.
 *
 * Wire shapes: https://docs.agora.io/cn/cloud-recording/cloud_recording_api_stop?platform=RESTful
 */
import { z } from "zod";

import {
  type NamedFile,
  type QueryAnswer,
  type StopAnswer,
  UPLOADING_STATUSES,
  type UploadingStatus,
} from "./answers.ts";
import { notificationEvent } from "./events.ts";
import { parseFileList, reduceDetails } from "./notification-details.ts";

/** A time below this is in seconds: as milliseconds it would be before September 2001. */
const FIRST_MILLISECONDS = 1e12;

/** The last moment that a `Date` can hold; formatting a later one would throw. */
const LAST_MILLISECONDS = 8.64e15;

/** Codes that older pages show in successful bodies. */
const SUCCESS_CODES = new Set([0, 200, 206]);

const text = z
  .union([z.string().min(1), z.number().transform(String)])
  .optional()
  .catch(undefined);
const number = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .optional()
  .catch(undefined);
const flag = z
  .union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")])
  .optional()
  .catch(undefined);

const uploadingStatus = text.transform(toUploadingStatus);

const fileList = z
  .union([z.string().transform(parseFileList), z.array(z.unknown())])
  .catch([])
  .transform((items) => items.flatMap(toNamedFile));

const ListedFile = z.object({
  fileName: text,
  filename: text,
  trackType: text,
  uid: text,
  isPlayable: flag,
  sliceStartTime: number.transform(toMs),
});

/** The fields that a `serverResponse` and a web service's payload share. */
const UploadPart = z.object({ fileList, uploadingStatus });
const part = UploadPart.optional().catch(undefined);
/** In web mode: one for the recorder and one for the upload, in any order; either may be missing. */
const Service = z.object({ payload: part, playload: part }).transform(({ payload, playload }) => payload ?? playload);
const ServerResponse = UploadPart.extend({
  status: number,
  extensionServiceState: z.array(Service.catch(undefined)).catch([]),
});

const Answer = z.object({
  sid: text,
  resourceId: text,
  serverResponse: ServerResponse.optional().catch(undefined),
});

const Refusal = z
  .object({ code: number, message: text, reason: text })
  .catch({ code: undefined, message: undefined, reason: undefined });

/**
 * Reads the body of a successful `stop`; `undefined` when it cannot be one.
 *
 * A body is a stop answer when it has a `serverResponse` object, even an empty one, or when it names a `sid` or a
 * `resourceId` and reports no error: the body of an async stop is not documented and may hold no more than that.
 */
export function decodeStopAnswer(body: unknown): StopAnswer | undefined {
  const { data: answer } = Answer.safeParse(body);
  if (answer === undefined) return undefined;
  if (answer.serverResponse !== undefined) return readUpload(answer.serverResponse);

  const names = answer.sid !== undefined || answer.resourceId !== undefined;
  return names && !reportsError(body) ? { files: [], uploadingStatus: null } : undefined;
}

/** Reads the body of a successful `query`; `undefined` without a `serverResponse`, which holds all of its facts. */
export function decodeQueryAnswer(body: unknown): QueryAnswer | undefined {
  const response = Answer.safeParse(body).data?.serverResponse;
  return response && { ...readUpload(response), status: response.status ?? null };
}

/** Reads the service's code and the message of the service or its gateway, `null` where absent. To match, never to show. */
export function decodeRefusal(body: unknown): { code: number | null; message: string | null } {
  const { code, message, reason } = Refusal.parse(body);
  return { code: code ?? null, message: message ?? reason ?? null };
}

/**
 * Reads the files that a notification names in its `details`, for the events whose list describes a recording that has
 * ended. Others (3, 4) list the files of one that goes on.
 */
export function filesNamedBy(eventType: number, details: unknown): NamedFile[] {
  if (notificationEvent(eventType, details)?.namesFiles === undefined) return [];
  return UploadPart.safeParse(reduceDetails(details)).data?.fileList ?? [];
}

function readUpload(response: z.output<typeof ServerResponse>): StopAnswer {
  const parts = [response, ...response.extensionServiceState.filter((service) => service !== undefined)];
  return {
    files: parts.flatMap(({ fileList: files }) => files),
    uploadingStatus: parts.map((at) => at.uploadingStatus).find((status) => status !== null) ?? null,
  };
}

function reportsError(body: unknown): boolean {
  const { code, message } = decodeRefusal(body);
  // A success code may come with a word of praise.
  return code === null ? message !== null : !SUCCESS_CODES.has(code);
}

function toUploadingStatus(word: string | undefined): UploadingStatus | null {
  if (word === undefined) return null;
  return UPLOADING_STATUSES.find((status) => status === word.toLowerCase()) ?? "unknown";
}

/** Reads one item of a `fileList`, an object or a bare name; nothing when it has no name. */
function toNamedFile(item: unknown): NamedFile[] {
  const { data: file } = ListedFile.safeParse(typeof item === "string" ? { fileName: item } : item);
  const name = file?.fileName ?? file?.filename;
  if (file === undefined || name === undefined) return [];

  const { trackType, uid, isPlayable, sliceStartTime } = file;
  const named: NamedFile = { name };
  if (trackType !== undefined) named.trackType = trackType;
  if (uid !== undefined) named.uid = uid;
  if (isPlayable !== undefined) named.isPlayable = isPlayable;
  if (sliceStartTime !== undefined) named.startedMs = sliceStartTime;
  return [named];
}

function toMs(time: number | undefined): number | undefined {
  if (time === undefined || time < 0 || time > LAST_MILLISECONDS) return undefined;
  return time < FIRST_MILLISECONDS ? time * 1000 : time;
}
