/**
 * Agora's message notification service for the end of a recording. It signs the bytes that it sends and sends them again when
 * the answer is not 200. The order is one observed in production: the exit precedes the upload.
 * AgoraIO/Docs-Source, shared/notification-center-service/ (request-header-body, event-types/cloud-recording, signature-verification)
 */
import { createHmac, randomUUID } from "node:crypto";

import { fetch } from "undici";

import { EVENTS, type EventType } from "../agora/events.ts";
import { MODES } from "../agora/modes.ts";
import { type AnswerFiles, type Identity, fileListOf, webFiles } from "./http/answers.ts";
import type { Scenario } from "./scenarios.ts";

export type Receiver = { url: string; secret: string };

/** One attempt to deliver a notification. */
export type Delivery = {
  sid: string;
  eventType: number;
  noticeId: string;
  /** The status answered; `null` without an answer. */
  status: number | null;
};

export type Notifier = {
  /** In the order of the answers. */
  deliveries: readonly Delivery[];
  /** Delivers a notification, or gives up on it. Fails when the emulator closes. */
  notify: (notice: OutgoingNotification) => Promise<void>;
};

type EndEvent = { eventType: EventType; serviceType: number; details: object };
type OutgoingNotification = EndEvent & { identity: Identity; sequence: number; knobs: Scenario["notifications"] };
type DeliveryContext = {
  /** Waits, and fails when the emulator closes. */
  pause: (ms: number) => Promise<void>;
  signal: AbortSignal;
};

/** Before each of at most four attempts: Agora repeats at once, then at growing intervals. */
const DELAYS_MS = [0, 0, 1000, 3000];
const ANSWER_LIMIT_MS = 10_000;

export function createNotifier({ url, secret }: Receiver, { pause, signal }: DeliveryContext): Notifier {
  const deliveries: Delivery[] = [];

  async function post(body: string, key: string): Promise<number | null> {
    const sign = (algorithm: string) => createHmac(algorithm, key).update(body).digest("hex");
    const headers = {
      "content-type": "application/json;charset=utf-8",
      "agora-signature": sign("sha1"),
      "agora-signature-v2": sign("sha256"),
    };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
    try {
      const response = await fetch(url, { method: "POST", headers, body, signal: limit });
      await response.text();
      return response.status;
    } catch {
      return null;
    }
  }

  async function deliver(noticeId: string, { identity, knobs, ...event }: OutgoingNotification): Promise<void> {
    const { cname, uid, sid } = identity;
    const { eventType, sequence, serviceType, details } = event;
    const payload = { cname, uid, sid, sequence, sendts: Date.now(), serviceType, details };
    for (const delayMs of DELAYS_MS) {
      await pause(delayMs);
      const body = JSON.stringify({ noticeId, productId: 3, eventType, notifyMs: Date.now(), payload });
      const status = await post(body, knobs.forged ? `not ${secret}` : secret);
      deliveries.push({ sid, eventType, noticeId, status });
      if (status === 200) return;
    }
  }

  return {
    deliveries,
    async notify(notice) {
      const noticeId = randomUUID();
      await deliver(noticeId, notice);
      if (notice.knobs.twice) await deliver(noticeId, notice);
    },
  };
}

/** The notifications of one session: some at its end, some when its files have been sent. */
export type EndNotifications = {
  identity: Identity;
  files: AnswerFiles;
  scenario: Scenario;
  ended: Promise<void>;
  sent: Promise<void>;
};

/** Notifies of a session's end. Resolves when the last notification has been delivered or given up. */
export async function notifyEnd(
  { identity, files, scenario, ended, sent }: EndNotifications,
  notify: Notifier["notify"],
): Promise<void> {
  const { segments, backup, notifications: knobs } = scenario;
  const isByServices = MODES[files.mode].filesNamedIn === "services";
  const others = (knobs.others ?? []).map((other): EndEvent => ({ serviceType: 2, ...other }));
  const exit = [...(isByServices ? [webRecorderStoppedEvent(files, knobs)] : []), sessionExitEvent(knobs), ...others];
  const held = scenario.uploadingStatus === "stranded" ? "stranded" : "backuped";
  const isHeld = backup.parts.length > 0 || scenario.uploadingStatus === "stranded";
  const upload = segments === 0 ? [] : [UPLOAD_COMPLETE, isHeld ? heldEvent(held, files) : uploadedEvent(files)];
  let sequence = 0;
  const send = async (events: EndEvent[]) => {
    for (const event of events) {
      if (knobs.lost.includes(event.eventType)) continue;
      await notify({ ...event, identity, sequence: sequence++, knobs });
    }
  };

  await ended;
  if (!knobs.reversed) await send(exit);
  await sent;
  await send(knobs.reversed ? [...exit, ...upload].toReversed() : upload);
}

type Knobs = Scenario["notifications"];

function sessionExitEvent({ exitStatus = 0 }: Knobs): EndEvent {
  return { eventType: 11, serviceType: 0, details: { msgName: "session_exit", exitStatus } };
}

const UPLOAD_COMPLETE: EndEvent = {
  eventType: 33,
  serviceType: 2,
  details: { msgName: "uploading_progress", progress: EVENTS[33].atProgress },
};

function uploadedEvent(files: AnswerFiles): EndEvent {
  return { eventType: 31, serviceType: 2, details: { msgName: "uploaded", status: 0, ...namedFiles(files) } };
}

/** Agora documents the word `stranded` for upload notifications, not its number: 32 is the nearest. */
function heldEvent(msgName: "backuped" | "stranded", files: AnswerFiles): EndEvent {
  return { eventType: 32, serviceType: 2, details: { msgName, status: 0, ...namedFiles(files) } };
}

function namedFiles(files: AnswerFiles): object {
  return MODES[files.mode].filesNamedIn === "services" ? {} : { fileList: fileListOf(files) };
}

function webRecorderStoppedEvent(files: AnswerFiles, { webStopCode: code = 0 }: Knobs): EndEvent {
  const fileList = code === 0 ? webFiles(files) : [];
  const details = { msgName: "web_recorder_stopped", code, message: "", details: "", fileList };
  return { eventType: 71, serviceType: 6, details };
}
