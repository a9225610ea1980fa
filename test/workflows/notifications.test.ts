/**
 * What Agora's notifications do to the story. Left to itself every story here would look but once a minute, so what happens
 * soon after a notification happens because of it.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";

import type { FinalizeInput, Recording } from "../../src/client.ts";
import { agoraNotification } from "../../src/contract/messages.ts";
import type { Recorded, RecordOptions } from "../../src/emulator/recording/record.ts";
import { type Harness, testHarness } from "../support/harness.ts";
import { startFinalizing, LATER, stopCalls, untilDescribed } from "../support/situations.ts";

const harness = testHarness();

const RARELY = { initialInterval: "1m", backoffCoefficient: 1, maximumInterval: "1m" } as const;
/** Looks once a minute, and for every file to be half a minute old. */
const PATIENT = { poll: { upload: RARELY, backup: RARELY, quiet: "30s" } } as const;
/** The same, but no file need be old. */
const PATIENT_FOR_FILES = { poll: { ...PATIENT.poll, quiet: "0s" } } as const;

type Told = { env: Harness; recorded: Recorded; recording: Recording };

async function tell(options: RecordOptions, changes: Partial<FinalizeInput>): Promise<Told> {
  const env = await harness();
  return { env, ...(await startFinalizing(env, options, changes)) };
}

type Notice = { noticeId?: string; details?: object };

async function notify(
  { env, recorded: { sid } }: Told,
  eventType: number,
  { noticeId = randomUUID(), details = {} }: Notice = {},
): Promise<void> {
  const notification = { noticeId, eventType, notifyMs: Date.now(), sid, sequence: 0, details };
  await env.client.workflow.getHandle(`recording-${sid}`).signal(agoraNotification, notification);
}

function listed({ recorded: { sid, cname } }: Told): { details: object } {
  return { details: { status: 0, fileList: [{ fileName: `${sid}_${cname}.m3u8`, uid: "0" }] } };
}

/** How often the story has begun to look for the files anew. */
async function looks({ env, recording }: Told): Promise<number> {
  const { events } = await env.client.workflow.getHandle(recording.workflowId).fetchHistory();
  return (events ?? []).filter(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled?.activityType?.name?.match(/^await(Upload|Backup)$/),
  ).length;
}

/** Resolves when it has looked so often and now waits for its next look. */
async function untilLooked(told: Told, times: number): Promise<void> {
  const { env, recording } = told;
  while ((await looks(told)) < times) await new Promise((resolve) => setTimeout(resolve, 100));
  await untilDescribed(env, recording, ({ raw }) => Boolean(raw.pendingActivities?.[0]?.lastFailure));
}

describe("a notification hastens the next look", () => {
  test("31 with its list ends the wait: no quiet, no end of the session and no minute has to pass", async () => {
    const told = await tell({ scenario: { queriesWhileExiting: 1, namesFiles: false } }, PATIENT);
    await untilLooked(told, 1);
    await told.env.emulator.whenUploaded(told.recorded.sid);
    await notify(told, 31, listed(told));
    const { outcome, expectedFrom } = await told.recording.result();
    assert.deepEqual({ outcome, expectedFrom }, { outcome: "verified", expectedFrom: "agora" });
    assert.equal(await looks(told), 2);
  });

  test("71 of a web page does the same", async () => {
    const told = await tell({ mode: "web", scenario: { queriesWhileExiting: 1, namesFiles: false } }, PATIENT);
    await untilLooked(told, 1);
    await told.env.emulator.whenUploaded(told.recorded.sid);
    const { sid, cname } = told.recorded;
    await notify(told, 71, { details: { code: 0, fileList: [{ filename: `${sid}_${cname}.m3u8` }] } });
    const { outcome, expectedFrom } = await told.recording.result();
    assert.deepEqual({ outcome, expectedFrom }, { outcome: "verified", expectedFrom: "agora" });
  });

  test("31 once by its id, and at once by every other id", async () => {
    const told = await tell({ scenario: "lost" }, PATIENT);
    await untilLooked(told, 1);
    await notify(told, 31, { noticeId: "first", ...listed(told) });
    await untilLooked(told, 2);
    await notify(told, 31, { noticeId: "first", ...listed(told) });
    await notify(told, 31, { noticeId: "second", ...listed(told) });
    await untilLooked(told, 3);
    await notify(told, 31, { noticeId: "first", ...listed(told) });
    await told.recording.cancel();
    assert.equal((await told.recording.result()).outcome, "cancelled");
    assert.equal(await looks(told), 3);
  });

  test("the others hasten one look in 30 s, 33 only at 10000, and 31 needs not wait for them", async () => {
    const told = await tell({ scenario: "lost" }, PATIENT);
    await untilLooked(told, 1);
    await notify(told, 33, { details: { progress: 9999 } });
    await notify(told, 40);
    await notify(told, 33, { details: { progress: "10000" } });
    await untilLooked(told, 2);
    for (const eventType of [1, 11, 12, 1001]) await notify(told, eventType);
    await told.recording.status(); // it has heard of them
    await notify(told, 31);
    await untilLooked(told, 3);
    await notify(told, 11);
    await told.recording.cancel();
    await told.recording.result();
    assert.equal(await looks(told), 3);
  });

  test("11 tells that the session is over, for which a look otherwise waits a minute", async () => {
    const told = await tell({ scenario: { queriesWhileExiting: 1 } }, PATIENT_FOR_FILES);
    await untilLooked(told, 1);
    await told.env.emulator.whenUploaded(told.recorded.sid);
    await notify(told, 11);
    assert.equal((await told.recording.result()).outcome, "verified");
    assert.equal(await looks(told), 2);
  });

  for (const eventType of [11, 31, 71]) {
    test(`${eventType} ends the wait for the hour of the stop, which is sent all the same`, async () => {
      const told = await tell({ scenario: "idle" }, { stop: { at: LATER } });
      while ((await told.recording.status()).phase !== "scheduled") await new Promise(setImmediate);
      await notify(told, 1);
      assert.equal((await told.recording.status()).phase, "scheduled");
      await notify(told, eventType);
      const { outcome, stop } = await told.recording.result();
      assert.deepEqual({ outcome, stop: stop.status }, { outcome: "verified", stop: "already-ended" });
      assert.equal(stopCalls(told.env, told.recorded), 1);
    });
  }
});

describe("a notification adds to what is known", () => {
  test("32 enters the backup wait, and says who told of it", async () => {
    const backup = {
      ...PATIENT_FOR_FILES.poll,
      backup: { ...RARELY, initialInterval: "100ms", maximumInterval: "100ms" },
    };
    const told = await tell({ scenario: "backuped" }, { poll: backup });
    await untilLooked(told, 1);
    await notify(told, 32, listed(told));
    const { outcome, backup: report } = await told.recording.result();
    assert.deepEqual({ outcome, detectedBy: report?.detectedBy }, { outcome: "verified", detectedBy: "notification" });
  });

  test("32 does so right after 11 and 33 too, when the next hastened look would be half a minute away", async () => {
    const told = await tell({ scenario: "lost" }, PATIENT);
    await untilLooked(told, 1);
    await notify(told, 11);
    await untilLooked(told, 2);
    await notify(told, 33, { details: { progress: 10_000 } });
    await notify(told, 32, listed(told));
    await untilLooked(told, 3);
    assert.equal((await told.recording.status()).phase, "backup");
    await told.recording.cancel();
  });

  test("32 before the stop is answered is remembered until then", async () => {
    const told = await tell({ scenario: { stop: [{ hold: true }] } }, {});
    await told.env.emulator.whenCalled("stop", { sid: told.recorded.sid });
    await notify(told, 32, listed(told));
    await told.recording.status(); // it has heard of it
    told.env.emulator.release();
    const { outcome, backup } = await told.recording.result();
    assert.deepEqual({ outcome, detectedBy: backup?.detectedBy }, { outcome: "verified", detectedBy: "notification" });
  });

  test("1 is a warning among the problems, without Agora's own words", async () => {
    const told = await tell({ scenario: "plain" }, PATIENT);
    await untilLooked(told, 1);
    await told.env.emulator.whenUploaded(told.recorded.sid);
    await notify(told, 1, { details: { module: 1, errorLevel: 5, errorCode: 47, stat: 0, errorMsg: "foreign words" } });
    await notify(told, 31, listed(told));
    const result = await told.recording.result();
    assert.equal(result.outcome, "verified");
    assert.deepEqual(result.problems, [
      {
        check: "agora-error",
        severity: "warning",
        subject: "module 1",
        expected: "no error",
        observed: "error 47, level 5: an upload failed",
      },
    ]);
  });

  test("12 stands in the manifest's timeline", async () => {
    const told = await tell({ scenario: "plain" }, PATIENT);
    await untilLooked(told, 1);
    await told.env.emulator.whenUploaded(told.recorded.sid);
    await notify(told, 12, { details: { newUid: 4711 } });
    await notify(told, 31, listed(told));
    const manifest = await told.recording.manifest();
    const heard = manifest?.timeline.filter(({ source }) => source === "notification").map(({ what }) => what);
    assert.deepEqual(heard, ["The recording failed over to another server", "Agora uploaded all files"]);
  });
});

test("no notification ends the story by itself, and none that nobody knows disturbs it", async () => {
  const told = await tell({ scenario: "lost" }, PATIENT);
  await untilLooked(told, 1);
  for (const eventType of [1, 11, 12, 33, 71, 1001, 31, 32, 40, -1]) {
    await notify(told, eventType, { details: { progress: 10_000, fileList: "nobody knows what" } });
  }
  await untilLooked(told, 2);
  const { phase, outcome } = await told.recording.status();
  assert.deepEqual({ phase, outcome }, { phase: "backup", outcome: null });
  await told.recording.cancel();
  assert.equal((await told.recording.result()).outcome, "cancelled");
});
