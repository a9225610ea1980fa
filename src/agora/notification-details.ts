/**
 * The `details` of a notification, reduced to what is used of them. They come from outside and go into histories, so every
 * text and every list has a bound. Workflows read it too, so it imports nothing. Nothing here throws.
 */
export type NotificationDetails = {
  /** Numbers and words, as Agora wrote them. */
  [field: string]: string | number | boolean | object[];
};

const FIELDS = [
  "msgName",
  "uploadingStatus",
  "status",
  "progress",
  "exitStatus",
  "code",
  "module",
  "errorCode",
  "errorLevel",
  "warnCode",
  "result",
];
const FILE_FIELDS = ["fileName", "filename", "trackType", "uid", "isPlayable", "sliceStartTime"];

/** The longest key of an object in a store. */
const MAX_TEXT = 1024;

/** Of one notification. A web recorder of 30 days in MP4s of 30 min has 1,440. */
const MAX_NAMED_FILES = 2000;

/** Reduces details to the known fields. What was reduced before stays as it is. */
export function reduceDetails(details: unknown): NotificationDetails {
  if (!isRecord(details)) return {};
  const reduced: NotificationDetails = pick(details, FIELDS);
  const files = listFiles(details);
  if (files !== undefined) reduced["fileList"] = files.slice(0, MAX_NAMED_FILES);
  if (files !== undefined && files.length > MAX_NAMED_FILES) reduced["filesCut"] = true;
  if (details["filesCut"] === true) reduced["filesCut"] = true;
  return reduced;
}

/** A field as a number; `undefined` where it is not a number. */
export function readNumber(details: unknown, field: string): number | undefined {
  const value = isRecord(details) ? details[field] : undefined;
  if (typeof value !== "number" && (typeof value !== "string" || value.trim() === "")) return undefined;
  return Number.isFinite(Number(value)) ? Number(value) : undefined;
}

/** Whether details say that transcoding failed, for all files or for some: the words of events 81 and 1001. */
export function transcodingFailure(details: unknown): "all" | "some" | null {
  const result = isRecord(details) ? details["result"] : undefined;
  if (result === "failed" || result === "fail") return "all";
  return result === "partial_success" ? "some" : null;
}

/** The files of a list; event 81 has one list for each user. A failed transcoding leaves no file to expect. */
function listFiles(details: Record<string, unknown>): object[] | undefined {
  if (transcodingFailure(details) === "all") return [];
  const users = details["uids"];
  if (Array.isArray(users)) return users.filter(isSuccess).flatMap(({ fileList }) => toFiles(fileList) ?? []);
  return toFiles(details["fileList"]);
}

function toFiles(list: unknown): object[] | undefined {
  const items = typeof list === "string" ? parseFileList(list) : list;
  if (!Array.isArray(items)) return undefined;
  return items
    .map((item: unknown) => (isRecord(item) ? pick(item, FILE_FIELDS) : pick({ fileName: item }, FILE_FIELDS)))
    .filter((file) => "fileName" in file || "filename" in file);
}

/** A `fileList` that is a text: one name, or the JSON of a list. A text that begins as JSON and is none names nothing. */
export function parseFileList(text: string): unknown[] {
  if (!/^\s*[[{]/.test(text)) return text === "" ? [] : [text];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch {
    return [];
  }
}

function pick(from: Record<string, unknown>, fields: string[]): Record<string, string | number | boolean> {
  const picked: Record<string, string | number | boolean> = {};
  for (const field of fields) {
    const value = Object.hasOwn(from, field) ? from[field] : undefined;
    if (typeof value === "number" || typeof value === "boolean") picked[field] = value;
    if (typeof value === "string" && value !== "" && value.length <= MAX_TEXT) picked[field] = value;
  }
  return picked;
}

function isSuccess(user: unknown): user is { fileList: unknown } {
  return isRecord(user) && user["result"] !== "fail" && user["result"] !== "failed";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
