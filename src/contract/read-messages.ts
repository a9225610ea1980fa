/**
 * Reads what signals and updates carry. They come from any SDK, the UI or the command line, so a body may be anything: an
 * error thrown over one would fail the workflow's task for ever.
 */
import type { AgoraNotification } from "./messages.ts";

/** Reasons go into the timeline and the manifest. */
const MAX_REASON = 500;

/** The longest id of a notice that is remembered. */
const MAX_NOTICE_ID = 256;

const MAX_SID = 128;

/** The reason in the body of a signal: its field, or the body where that is the text itself. */
export function readReason(body: unknown): string | undefined {
  const reason = isRecord(body) ? body["reason"] : body;
  return typeof reason === "string" && reason !== "" ? reason.slice(0, MAX_REASON) : undefined;
}

/** A notification with all of its fields; `undefined` where its id or its event cannot be read. */
export function readNotification(body: unknown): AgoraNotification | undefined {
  if (!isRecord(body)) return undefined;
  const { noticeId, eventType, notifyMs, sid, sequence, details } = body;
  if (typeof noticeId !== "string" || noticeId.length > MAX_NOTICE_ID || typeof eventType !== "number")
    return undefined;
  return {
    noticeId,
    eventType,
    notifyMs: typeof notifyMs === "number" ? notifyMs : 0,
    sid: typeof sid === "string" ? sid.slice(0, MAX_SID) : "",
    sequence: typeof sequence === "number" ? sequence : 0,
    details,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
