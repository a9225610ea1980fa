/**
 * Decodes a notification of Agora's message service: does it concern a recording's end, and which recording?
 * Numbers may be strings, `sid` may be in the payload or beside it, and new fields may appear at any time.
 *
 * AgoraIO/Docs-Source, shared/notification-center-service/request-header-body.mdx and event-types/cloud-recording.mdx
 */
import { z } from "zod";

import { notificationEvent } from "../agora/events.ts";
import { readNumber, reduceDetails } from "../agora/notification-details.ts";
import type { AgoraNotification } from "../contract/messages.ts";

export type DecodedNotice =
  | { kind: "malformed" }
  | { kind: "ignored" }
  /** `test`: it is named as the console's health checks are; a real channel may have that name too. */
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
      uid: text.optional().catch(undefined),
      sequence: number.catch(0),
      details: z.unknown().optional(),
    })
    .catch({ sid: undefined, cname: undefined, uid: undefined, sequence: 0, details: undefined }),
});

/** Decodes verified bytes: one notification, or a list of them. Never throws. */
export function decodeNotices(bytes: Uint8Array): DecodedNotice[] {
  const body = parseJson(bytes);
  if (!Array.isArray(body)) return [decodeNotice(body)];
  return body.length === 0 ? [{ kind: "malformed" }] : body.map(decodeNotice);
}

function decodeNotice(body: unknown): DecodedNotice {
  const { data: envelope } = Envelope.safeParse(body);
  if (envelope === undefined) return { kind: "malformed" };

  const { noticeId, productId, eventType, notifyMs, payload } = envelope;
  const { cname, uid, sequence } = payload;
  const details = reduceDetails(payload.details);
  const sid = payload.sid ?? envelope.sid;
  const event = notificationEvent(eventType, details);
  if (productId !== CLOUD_RECORDING || event === undefined || sid === undefined) return { kind: "ignored" };
  const { atProgress } = event;
  if (atProgress !== undefined && readNumber(details, "progress") !== atProgress) return { kind: "ignored" };
  return {
    kind: "ours",
    notification: { noticeId, eventType, notifyMs, sid, sequence, details },
    test: cname === "test" || (cname === "test_webhook" && uid === "12121212"),
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
