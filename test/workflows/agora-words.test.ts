/** Agora's newer words: what each makes of a recording, by answer and by notification. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";

import type { FinalizeInput, Recording } from "../../src/client.ts";
import { agoraNotification } from "../../src/contract/messages.ts";
import type { Recorded, RecordOptions } from "../../src/emulator/recording/record.ts";
import { type Harness, testHarness } from "../support/harness.ts";
import { startFinalizing, stopCalls, untilProgress } from "../support/situations.ts";

const harness = testHarness();

/** The recorder has ended by itself; a stop would meet a 404, and wait for a failover. */
const NO_STOP = { stop: { method: "none" } } as const;
const SYNC = { stop: { method: "sync" } } as const;
const EVERY = { initialInterval: "100ms", backoffCoefficient: 1, maximumInterval: "100ms" } as const;
const POLL = { upload: EVERY, backup: EVERY } as const;
const SOON_LOST = { timeouts: { upload: "1h", backup: "4s" } } as const;

type Told = { env: Harness; recorded: Recorded; recording: Recording };

async function tell(options: RecordOptions, changes: Partial<FinalizeInput> = {}): Promise<Told> {
  const env = await harness();
  return { env, ...(await startFinalizing(env, options, changes)) };
}

async function notify({ env, recording, recorded: { sid } }: Told, eventType: number, details: object): Promise<void> {
  const notification = { noticeId: randomUUID(), eventType, notifyMs: Date.now(), sid, sequence: 0, details };
  await env.client.workflow.getHandle(recording.workflowId).signal(agoraNotification, notification);
}

async function untilUploading({ recording }: Told): Promise<void> {
  await untilProgress(recording, ({ phase }) => phase === "uploading");
}

async function checksOf({ recording }: Told): Promise<string[]> {
  return (await recording.result()).problems.map(({ check }) => check);
}

describe("stranded files are waited for as those of the backup cloud", () => {
  for (const mode of ["mix", "web", "individual"] as const) {
    test(`${mode}: they come, and the result says stranded`, async () => {
      const { recording } = await tell({ mode, scenario: "stranded" }, SYNC);
      const { outcome, backup, stop } = await recording.result();
      assert.deepEqual(
        { outcome, detectedBy: backup?.detectedBy, uploadingStatus: stop.uploadingStatus },
        { outcome: "verified", detectedBy: "stop", uploadingStatus: "stranded" },
      );
    });

    test(`${mode}: none comes or is named, which is lost and never not-found`, async () => {
      const { recording } = await tell({ mode, scenario: "stranded-nothing" }, { ...SYNC, ...SOON_LOST });
      const { outcome, backup } = await recording.result();
      assert.deepEqual({ outcome, detectedBy: backup?.detectedBy }, { outcome: "lost", detectedBy: "stop" });
    });
  }

  for (const [eventType, details] of [
    [32, { msgName: "stranded" }],
    [31, { msgName: "uploaded", uploadingStatus: "stranded" }],
    [4711, { msgName: "stranded" }],
  ] as const) {
    test(`event ${eventType} with ${JSON.stringify(details)} begins the wait at once`, async () => {
      const told = await tell({ scenario: "nothing-uploaded" }, SOON_LOST);
      await untilUploading(told);
      await notify(told, eventType, details);
      const { outcome, backup } = await told.recording.result();
      assert.deepEqual({ outcome, detectedBy: backup?.detectedBy }, { outcome: "lost", detectedBy: "notification" });
    });
  }
});

describe("a web recorder that stopped by itself", () => {
  test("before the page was recorded leaves nothing: the recording is empty, soon, and the problem says why", async () => {
    const told = await tell(
      { mode: "web", scenario: "page-not-loaded" },
      { ...NO_STOP, timeouts: { upload: "1h", backup: "1h" } },
    );
    await notify(told, 71, { msgName: "web_recorder_stopped", code: 4, message: "page_load_timeout", fileList: [] });
    const { outcome, problems } = await told.recording.result();
    assert.equal(outcome, "empty");
    assert.deepEqual(problems, [
      {
        check: "web-recorder-stopped",
        severity: "warning",
        subject: "event 71",
        expected: "code 0",
        observed: "code 4: the page did not load in time",
      },
    ]);
  });

  test("after its maximum hours claims no files by that alone: nothing found is not-found, without a backup wait", async () => {
    const told = await tell(
      {
        mode: "web",
        scenario: {
          idleExit: true,
          stopsWhileExiting: 0,
          lost: [0, 1, 2, 3, 4, 5, "playlist"],
          growingPlaylist: false,
        },
      },
      { ...NO_STOP, timeouts: { upload: "5s", backup: "1h" } },
    );
    await notify(told, 71, { msgName: "web_recorder_stopped", code: 1, fileList: [] });
    const { outcome, backup } = await told.recording.result();
    assert.deepEqual({ outcome, backup }, { outcome: "not-found", backup: null });
  });

  test("whose files are there all the same is verified", async () => {
    const told = await tell({ mode: "web", scenario: { stop: [{ hold: true }] } });
    await told.env.emulator.whenCalled("stop", { sid: told.recorded.sid });
    await notify(told, 71, { msgName: "web_recorder_stopped", code: 4, fileList: [] });
    await told.recording.status();
    told.env.emulator.release();
    const { outcome, problemCount } = await told.recording.result();
    assert.deepEqual({ outcome, problemCount }, { outcome: "verified", problemCount: 1 });
  });
});

describe("a notification that reports a problem is a warning", () => {
  for (const [eventType, details, check] of [
    [2, { module: 1, warnCode: 32 }, "agora-warning"],
    [11, { exitStatus: 1 }, "session-ended-abnormally"],
    [34, { msgName: "STSExpired" }, "storage-token-expired"],
    [81, { result: "fail", uids: [] }, "transcoding-failed"],
    [1001, { result: "failed", fileList: [] }, "transcoding-failed"],
    [1001, { result: "partial_success", fileList: [] }, "transcoding-failed"],
  ] as const) {
    test(`${eventType} with ${JSON.stringify(details)}: ${check}`, async () => {
      const told = await tell({ scenario: { stop: [{ hold: true }] } });
      await told.env.emulator.whenCalled("stop", { sid: told.recorded.sid });
      await notify(told, eventType, details);
      await notify(told, eventType, details); // again, under another id
      await told.recording.status();
      told.env.emulator.release();
      assert.deepEqual(await checksOf(told), [check]);
      assert.equal((await told.recording.result()).outcome, "verified");
    });
  }

  test("while 60, 61 and an orderly end are none", async () => {
    const told = await tell({ scenario: { stop: [{ hold: true }] } });
    await told.env.emulator.whenCalled("stop", { sid: told.recorded.sid });
    await notify(told, 60, { aliVodInfo: { videoId: "1" } });
    await notify(told, 61, {});
    await notify(told, 11, { exitStatus: 0 });
    await notify(told, 1001, { result: "total_success" });
    await told.recording.status();
    told.env.emulator.release();
    assert.deepEqual(await checksOf(told), []);
    const manifest = await told.recording.manifest();
    const kinds = manifest?.timeline.filter(({ source }) => source === "notification").map(({ kind }) => kind);
    assert.deepEqual(kinds, ["vod-upload-started", "vod-upload-triggered", "session-ended", "transcoding-finished"]);
  });
});

test("1001 names files, which are then expected", async () => {
  const told = await tell({ scenario: { stop: [{ hold: true }] } }, { timeouts: { upload: "5s", backup: "3s" } });
  await told.env.emulator.whenCalled("stop", { sid: told.recorded.sid });
  const fileName = `${told.recorded.sid}_${told.recorded.cname}_0.mp4`;
  await notify(told, 1001, { result: "total_success", fileList: [{ fileName }] });
  await told.recording.status();
  told.env.emulator.release();
  const { outcome, problems, expectedFrom } = await told.recording.result();
  assert.deepEqual({ outcome, expectedFrom }, { outcome: "incomplete", expectedFrom: "agora" });
  assert.ok(problems.some(({ check, subject }) => check === "named-file-missing" && subject === fileName));
});

test("more names than are kept are a warning, and then the store shows what there is", async () => {
  const told = await tell({ scenario: { stop: [{ hold: true }] } });
  await told.env.emulator.whenCalled("stop", { sid: told.recorded.sid });
  const fileName = `${told.recorded.sid}_${told.recorded.cname}.m3u8`;
  await notify(told, 31, { fileList: Array.from({ length: 3000 }, () => ({ fileName })) });
  await told.recording.status();
  told.env.emulator.release();
  assert.ok((await checksOf(told)).includes("named-files-cut"));
  assert.equal((await told.recording.result()).expectedFrom, "discovered");
});

describe("answers", () => {
  test("a query's status 20 is the end, and a warning", async () => {
    const told = await tell({ scenario: "abnormal-exit" }, { poll: { ...POLL, quiet: "0s" } });
    assert.deepEqual(await checksOf(told), ["session-ended-abnormally"]);
    const manifest = await told.recording.manifest();
    const query = manifest?.timeline.find(({ kind }) => kind === "query-answered");
    assert.equal(query?.what, "After the stop: 0 files named, the session is over");
  });

  test("a resource that has expired leaves the stop unconfirmed, and the files are looked at", async () => {
    const told = await tell({ scenario: "resource-expired" });
    await notify(told, 11, { exitStatus: 0 }); // spares the minute that a session may live
    const { outcome, stop } = await told.recording.result();
    assert.deepEqual({ outcome, status: stop.status }, { outcome: "verified", status: "unconfirmed" });
    assert.deepEqual(await checksOf(told), ["resource-expired"]);
  });

  for (const [scenario, calls] of [
    ["upload-goes-on", 1],
    ["success-word", 1],
    ["not-understood", 2],
  ] as const) {
    test(`${scenario}: accepted after ${calls} calls`, async () => {
      const told = await tell({ scenario }, SYNC);
      await notify(told, 11, {});
      const { outcome, stop } = await told.recording.result();
      assert.deepEqual({ outcome, status: stop.status }, { outcome: "verified", status: "accepted" });
      assert.equal(stopCalls(told.env, told.recorded), calls);
    });
  }

  test("a list of files as JSON text is read", async () => {
    const { recording } = await tell({ scenario: "list-as-text" }, SYNC);
    const { outcome, expectedFrom } = await recording.result();
    assert.deepEqual({ outcome, expectedFrom }, { outcome: "verified", expectedFrom: "agora" });
  });
});
