/**
 * Decodes a notification of Agora's message service: does it concern a recording's end, and which recording?
 * Numbers may be strings, `sid` may be in the payload or beside it, and new fields may appear at any time.
 *
 * AgoraIO/Docs-Source, shared/notification-center-service/request-header-body.mdx and event-types/cloud-recording.mdx
 */
import { z } from "zod";

import { notificationEvent } from "../agora/events.ts";
import type { AgoraNotification } from "../contract/messages.ts";

export type DecodedNotice =
  | { kind: "malformed" }
  | { kind: "ignored" }
  /** `test`: its channel is named as in the console's health check; a real channel may have that name too. */
  | { kind: "ours"; notification: AgoraNotification; test: boolean };

/** Agora's number for cloud recording; other products use the same event numbers. */
const CLOUD_RECORDING = 3;

const text = z.union([z.string().min(1), z.number().transform(String)]);
const number = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);
/** The input allows no longer one. */
const recordingSid = text
  .refine((value) => value.length <= 128)
  .optional()
  .catch(undefined);

const Envelope = z.object({
  noticeId: text,
  productId: number,
  eventType: number,
  notifyMs: number.catch(0),
  sid: recordingSid,
  payload: z
    .object({
      sid: recordingSid,
      cname: z.unknown().optional(),
      sequence: number.catch(0),
      details: z.unknown().optional(),
    })
    .catch({ sid: undefined, cname: undefined, sequence: 0, details: undefined }),
});
const Progress = z.object({ progress: number });

/** Decodes verified bytes. Never throws. */
export function decodeNotice(bytes: Uint8Array): DecodedNotice {
  const { data: envelope } = Envelope.safeParse(parseJson(bytes));
  if (envelope === undefined) return { kind: "malformed" };

  const { noticeId, productId, eventType, notifyMs, payload } = envelope;
  const { cname, sequence, details } = payload;
  const sid = payload.sid ?? envelope.sid;
  const event = notificationEvent(eventType);
  if (productId !== CLOUD_RECORDING || event === undefined || sid === undefined) return { kind: "ignored" };
  const { atProgress } = event;
  const { data: progress } = Progress.safeParse(details);
  if (atProgress !== undefined && progress?.progress !== atProgress) return { kind: "ignored" };
  return {
    kind: "ours",
    notification: { noticeId, eventType, notifyMs, sid, sequence, details },
    test: cname === "test",
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
