import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { AUTHORIZATION, emulate, pathOf, query, send, stop, stopBody, stopInSync } from "./caller.ts";

const NO_WORKER = { status: 404, body: { code: 404, reason: "failed to find worker" } };
const NO_ROUTE = { status: 404, body: { message: "no Route matched with those values" } };
const EXITING = { status: 400, body: { code: 49, reason: "invalid operation" } };

// Each group names the page of Agora's documentation that it checks; `rest-api/` is in AgoraIO/Docs-Source, cloud-recording.

describe("the gateway, rest-api/status-codes: 401 and 404 carry a message and no code", () => {
  test("refuses a wrong secret, and the recording goes on", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record();
    const wrong = { path: pathOf(recorded, "stop"), body: stopBody(recorded, true) };
    for (const authorization of [`Basic ${btoa("customer:wrong")}`, AUTHORIZATION.replace("Basic", "Bearer"), ""]) {
      const answer = await send(emulator, { ...wrong, authorization });
      assert.deepEqual(answer, { status: 401, body: { message: "Invalid authentication credentials" } });
    }
    assert.equal((await stop(emulator, recorded)).status, 200);
  });

  test("knows no other method, path or mode", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record();
    const path = pathOf(recorded, "stop");
    assert.deepEqual(await send(emulator, { method: "GET", path }), NO_ROUTE);
    assert.deepEqual(await send(emulator, { method: "POST", path: pathOf(recorded, "query") }), NO_ROUTE);
    assert.deepEqual(await send(emulator, { path: path.replace("/mix/", "/mixed/") }), NO_ROUTE);
    assert.deepEqual(await send(emulator, { path: `${path}/` }), NO_ROUTE);
    assert.equal(emulator.calls.filter(({ endpoint }) => endpoint === "stop").length, 0);
  });
});

describe("the request, rest-api/acquire: a channel has 64 bytes, the label of a web page 1,024", () => {
  for (const { scene, bytes, status } of [
    { scene: 0, bytes: 64, status: 200 },
    { scene: 0, bytes: 65, status: 400 },
    { scene: undefined, bytes: 65, status: 400 },
    { scene: 1, bytes: 1024, status: 200 },
    { scene: 1, bytes: 1025, status: 400 },
  ]) {
    test(`scene ${scene} with ${bytes} bytes: ${status}`, async (t) => {
      const emulator = await emulate(t);
      const cname = `ü${"x".repeat(bytes - 2)}`;
      const answer = await send(emulator, {
        path: `/v1/apps/${"a".repeat(32)}/cloud_recording/acquire`,
        body: { cname, uid: "1", clientRequest: { scene } },
      });
      assert.equal(answer.status, status);
      if (status === 400) assert.deepEqual(answer.body, { code: 2, reason: "Acquire: invalid cname value!" });
    });
  }
});

describe("the request, rest-api/stop: channel and uid equal those of acquire", () => {
  const mistakes: { name: string; change: object | string }[] = [
    { name: "another channel", change: { cname: "other" } },
    { name: "another uid", change: { uid: "1" } },
    { name: "a number as uid", change: { uid: 527841 } },
    { name: "no clientRequest", change: { clientRequest: undefined } },
    { name: "a string for async_stop", change: { clientRequest: { async_stop: "true" } } },
    { name: "a body that is no JSON", change: "cname=channel" },
  ];
  for (const { name, change } of mistakes) {
    test(`refuses ${name} with code 2 and a reason, and the recording goes on`, async (t) => {
      const emulator = await emulate(t);
      const recorded = await emulator.record();
      const body = typeof change === "string" ? change : { ...stopBody(recorded, true), ...change };
      const answer = await send(emulator, { path: pathOf(recorded, "stop"), body });
      assert.equal(answer.status, 400);
      assert.equal(answer.body["code"], 2);
      assert.equal(typeof answer.body["reason"], "string");
      assert.equal((await stop(emulator, recorded)).status, 200);
    });
  }

  test("finds no worker for another sid, resource or mode", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record();
    const other = await emulator.record();
    for (const wrong of [{ sid: other.sid }, { resourceId: "nothing" }, { mode: "web" as const }]) {
      assert.deepEqual(await query(emulator, { ...recorded, ...wrong }), NO_WORKER);
    }
    const answer = await stop(emulator, { ...recorded, appId: other.appId });
    assert.deepEqual(answer, { status: 400, body: { message: "appid is invalid" } });
  });

  test("starts a resource once: 201 with code 7 afterwards", async (t) => {
    const emulator = await emulate(t);
    const { appId, resourceId, cname, uid } = await emulator.record();
    const storageConfig = { vendor: 11, region: 0, bucket: "b", accessKey: "a", secretKey: "s" };
    const answer = await send(emulator, {
      path: `/v1/apps/${appId}/cloud_recording/resourceid/${resourceId}/mode/mix/start`,
      body: { cname, uid, clientRequest: { storageConfig } },
    });
    assert.equal(answer.status, 201);
    assert.equal(answer.body["code"], 7);
  });

  test("refuses a start without storage keys, and one that wants MP4 alone", async (t) => {
    const emulator = await emulate(t);
    const channel = { cname: "channel", uid: "1" };
    const path = "/v1/apps/app/cloud_recording";
    const acquired = await send(emulator, { path: `${path}/acquire`, body: { ...channel, clientRequest: {} } });
    const start = `${path}/resourceid/${String(acquired.body["resourceId"])}/mode/mix/start`;
    const storageConfig = { vendor: 1, region: 0, bucket: "b", accessKey: "a", secretKey: "s" };
    for (const clientRequest of [
      { storageConfig: { ...storageConfig, secretKey: undefined } },
      { storageConfig, recordingFileConfig: { avFileType: ["mp4"] } },
    ]) {
      const answer = await send(emulator, { path: start, body: { ...channel, clientRequest } });
      assert.equal(answer.status, 400);
      assert.equal(answer.body["code"], 2);
    }
  });
});

describe("the session, rest-api/stop and rest-api/query: valid only while it lives", () => {
  test("an async stop is answered without files and without a status", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record();
    const { resourceId, sid, cname, uid } = recorded;
    const answer = await stop(emulator, recorded);
    assert.deepEqual(answer, { status: 200, body: { resourceId, sid, cname, uid, serverResponse: {} } });
  });

  test("query answers 5 while it records and 404 after the stop, never with an uploading status", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record();
    const answer = await query(emulator, recorded);
    assert.equal(answer.status, 200);
    assert.partialDeepStrictEqual(answer.body, { serverResponse: { status: 5 } });
    assert.doesNotMatch(JSON.stringify(answer.body), /uploadingStatus/);
    await stop(emulator, recorded);
    assert.deepEqual(await query(emulator, recorded), NO_WORKER);
  });

  test("a second stop meets 49, a third 404", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record();
    await stop(emulator, recorded);
    assert.deepEqual(await stop(emulator, recorded), EXITING);
    assert.deepEqual(await stop(emulator, recorded), NO_WORKER);
  });

  test("an idle channel has exited by itself: 49, then 404", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record({ scenario: "idle" });
    assert.deepEqual(await query(emulator, recorded), NO_WORKER);
    assert.deepEqual(await stop(emulator, recorded), EXITING);
    assert.deepEqual(await stop(emulator, recorded), NO_WORKER);
    const gone = await emulator.record({ scenario: "gone" });
    assert.deepEqual(await stop(emulator, gone), NO_WORKER);
  });

  test("no stream was sent: 206 with code 435, once", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record({ scenario: "nothing-recorded" });
    const answer = await stop(emulator, recorded);
    assert.deepEqual(answer, { status: 206, body: { code: 435, reason: "no recorded data" } });
    assert.deepEqual(await stop(emulator, recorded), EXITING);
  });

  test("query answers as often after the stop as the scenario says, with the files and status 8 at the end", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record({ scenario: "query-after-stop" });
    await stop(emulator, recorded);
    await emulator.whenUploaded(recorded.sid);
    const fileList = `${recorded.sid}_${recorded.cname}.m3u8`;
    assert.partialDeepStrictEqual((await query(emulator, recorded)).body, { serverResponse: { status: 8, fileList } });
    assert.equal((await query(emulator, recorded)).status, 200);
    assert.deepEqual(await query(emulator, recorded), NO_WORKER);
  });

  test("during a failover stop answers 404 although the session lives", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record({ scenario: "failover-grace" });
    assert.deepEqual(await stop(emulator, recorded), NO_WORKER);
    assert.deepEqual(await stop(emulator, recorded), NO_WORKER);
    assert.equal((await stop(emulator, recorded)).status, 200);
  });
});

describe("a sync stop, rest-api/stop: it answers when the upload has ended", () => {
  const samples = [
    { sample: "stop-individual-hls", mode: "individual", files: ["hls"] },
    { sample: "stop-individual-snapshots", mode: "individual", files: ["snapshots"] },
    { sample: "stop-mix-hls", mode: "mix", files: ["hls"] },
    { sample: "stop-mix-hls-mp4", mode: "mix", files: ["hls", "mp4"] },
    { sample: "stop-web-hls", mode: "web", files: ["hls"] },
    { sample: "stop-web-hls-mp4", mode: "web", files: ["hls", "mp4"] },
  ] as const;
  for (const { sample, mode, files } of samples) {
    test(`answers as in ${sample}`, async (t) => {
      const emulator = await emulate(t);
      const recorded = await emulator.record({
        sid: "432efaf2144e051bb32fb490db89c462",
        cname: "httpClient463224",
        fileNamePrefix: ["aaaa"],
        mode,
        scenario: { files: [...files] },
      });
      const { status, body } = await stopInSync(emulator, recorded);
      const text = await readFile(new URL(`../fixtures/agora/${sample}.json`, import.meta.url), "utf8");
      assert.equal(status, 200);
      const startTimes = /"sliceStartTime":\d{13}\b/g;
      assert.deepEqual(
        JSON.parse(JSON.stringify(body["serverResponse"]).replaceAll(startTimes, '"sliceStartTime":1562724971626')),
        JSON.parse(text).serverResponse,
      );
      assert.deepEqual(Object.keys(body), Object.keys(JSON.parse(text)));
    });
  }

  const words = [
    { scenario: "backuped", uploadingStatus: "backuped" },
    { scenario: "unknown", uploadingStatus: "unknow" },
    { scenario: "late", uploadingStatus: "uploaded" },
  ] as const;
  for (const { scenario, uploadingStatus } of words) {
    test(`says "${uploadingStatus}" in the scenario "${scenario}"`, async (t) => {
      const emulator = await emulate(t);
      const recorded = await emulator.record({ scenario });
      assert.partialDeepStrictEqual((await stopInSync(emulator, recorded)).body, {
        serverResponse: { uploadingStatus },
      });
    });
  }

  test("loses patience with a slow upload: code 50, and the stop took effect", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record({
      scenario: { late: { parts: [5], afterMs: 60_000 }, syncLimit: { ms: 1, status: 504 } },
    });
    const answer = await stopInSync(emulator, recorded);
    assert.equal(answer.status, 504);
    assert.equal(answer.body["code"], 50);
    assert.deepEqual(await stop(emulator, recorded), EXITING);
  });

  test("may name nothing and say backuped, as a user saw it", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record({ scenario: "backuped-nothing" });
    assert.deepEqual((await stopInSync(emulator, recorded)).body["serverResponse"], {
      fileListMode: "json",
      fileList: [],
      uploadingStatus: "backuped",
    });
  });
});
