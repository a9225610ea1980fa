/** Recordings that wait in the backup cloud, and what ends their waits. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import type { WorkflowHandle } from "@temporalio/client";

import { agoraNotification } from "../../src/contract/messages.ts";
import type { Recorded } from "../../src/emulator/recording/record.ts";
import { mapConcurrently } from "../../src/lib/map-concurrently.ts";
import { soundRecording } from "../../test/support/recordings/sound-recording.ts";
import { pendingLook } from "../support/pending-look.ts";
import type { Rig } from "../support/rig.ts";

const AT_ONCE = 40;

export type Interval = "1h" | "10s";
export type Begun = { recorded: Recorded; handle: WorkflowHandle };

export async function beginMany(
  rig: Rig,
  { count, interval }: { count: number; interval: Interval },
): Promise<Begun[]> {
  return mapConcurrently(Array.from({ length: count }), { limit: AT_ONCE, work: async () => begin(rig, interval) });
}

/** One recording of which the stop says that it is in the backup cloud. Resolves after its first look. */
export async function begin({ emulator, recordings, client }: Rig, interval: Interval): Promise<Begun> {
  const recorded = await emulator.record({ scenario: "backuped-nothing" });
  const { workflowId } = await recordings.finalize({
    recording: recorded,
    files: { fileNamePrefix: [recorded.sid] },
    stop: { method: "sync" },
    poll: { backup: { initialInterval: interval, backoffCoefficient: 1, maximumInterval: interval }, quiet: "0s" },
  });
  const handle = client.workflow.getHandle(workflowId);
  while ((await pendingLook(handle)) === undefined) await delay(300);
  return { recorded, handle };
}

/** Seconds from the moment at which the look is due that finds the files to the end. */
export async function afterDueLook(rig: Rig, { recorded, handle }: Begun): Promise<number> {
  let next = await pendingLook(handle);
  // Not one that is due at once: the files must all be there.
  while (next === undefined || next.dueMs - Date.now() < 5000) {
    await delay(100);
    next = await pendingLook(handle);
  }
  await putFiles(rig, recorded);
  return ((await endMs(handle)) - next.dueMs) / 1000;
}

/** Seconds from Agora's word to the end. */
export async function afterNotification(rig: Rig, { recorded, handle }: Begun): Promise<number> {
  const { sid, cname } = recorded;
  await putFiles(rig, recorded);
  const sentMs = Date.now();
  const details = { msgName: "uploaded", status: 0, fileList: `${sid}/${sid}_${cname}.m3u8`, fileListMode: "string" };
  const notice = { noticeId: randomUUID(), eventType: 31, notifyMs: sentMs, sid, sequence: 1, details };
  await handle.signal(agoraNotification, notice);
  return ((await endMs(handle)) - sentMs) / 1000;
}

async function endMs(handle: WorkflowHandle): Promise<number> {
  await handle.result();
  const { closeTime } = await handle.describe();
  return closeTime?.getTime() ?? Number.NaN;
}

async function putFiles({ bucket }: Rig, { sid, cname }: Recorded): Promise<void> {
  const { objects } = await soundRecording({ sid, cname, segments: 2 });
  const options = { signal: AbortSignal.timeout(60_000), contentType: "video/mp2t" };
  for (const [name, bytes] of objects) await bucket.put(`${sid}/${name}`, bytes, options);
}
