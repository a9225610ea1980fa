/** Agora's own examples: each answer means what it should, and the emulator takes each request. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { z } from "zod";

import { RECORDING_MODES } from "../../src/agora/modes.ts";
import { classifyQuery, classifyStop } from "../../src/agora/verdicts.ts";
import { emulate, send } from "../emulator/caller.ts";

const Examples = z.object({
  answers: z.array(
    z.object({
      operation: z.enum(["stop", "query"]),
      mode: z.string(),
      status: z.int(),
      body: z.unknown(),
      verdict: z.string(),
      files: z.array(z.string()).optional(),
      uploadingStatus: z.string().nullable().optional(),
    }),
  ),
  requests: z.array(
    z.object({
      operation: z.enum(["acquire", "start", "stop"]),
      mode: z.string().nullable(),
      body: z.looseObject({ cname: z.string(), uid: z.string(), clientRequest: z.looseObject({}) }),
    }),
  ),
});

const file = new URL("../fixtures/agora/official-examples.json", import.meta.url);
const { answers, requests } = Examples.parse(JSON.parse(readFileSync(file, "utf8")));

describe("an official answer", () => {
  for (const { operation, mode, status, body, verdict, files, uploadingStatus } of answers) {
    test(`to a ${operation} (${mode}): ${status} ${JSON.stringify(body).slice(0, 60)} is ${verdict}`, () => {
      const classify = operation === "stop" ? classifyStop : classifyQuery;
      const classified = classify({ status, body }).verdict;
      assert.equal(classified.kind, verdict);
      if (!("answer" in classified)) return;
      const { answer } = classified;
      assert.deepEqual(
        { files: answer.files.map(({ name }) => name), uploadingStatus: answer.uploadingStatus },
        { files, uploadingStatus },
      );
    });
  }
});

const cloud = "/v1/apps/app/cloud_recording";
const Acquired = z.looseObject({ resourceId: z.string() });
const Started = z.looseObject({ sid: z.string() });

describe("an official request is taken by the emulator", () => {
  for (const [index, { operation, mode, body }] of requests.entries()) {
    test(`${index}: ${operation} (${mode ?? "any mode"})`, async (t) => {
      const emulator = await emulate(t);
      const identity = { cname: body.cname, uid: body.uid };
      const startMode = RECORDING_MODES.find((known) => known === mode) ?? "mix";
      const clientRequest = operation === "acquire" ? body.clientRequest : { scene: startMode === "web" ? 1 : 0 };
      const acquired = await send(emulator, { path: `${cloud}/acquire`, body: { ...identity, clientRequest } });
      assert.equal(acquired.status, 200, JSON.stringify(acquired.body));
      if (operation === "acquire") return;

      const { resourceId } = Acquired.parse(acquired.body);
      const start = operation === "start" ? body : { ...identity, clientRequest: { storageConfig: STORAGE } };
      const path = `${cloud}/resourceid/${resourceId}/mode/${startMode}/start`;
      const started = await send(emulator, { path, body: start });
      assert.equal(started.status, 200, JSON.stringify(started.body));
      if (operation === "start") return;

      const { sid } = Started.parse(started.body);
      const stop = `${cloud}/resourceid/${resourceId}/sid/${sid}/mode/${startMode}/stop`;
      const stopped = await send(emulator, { path: stop, body });
      assert.equal(stopped.status, 200, JSON.stringify(stopped.body));
    });
  }
});

const STORAGE = { vendor: 1, region: 0, bucket: "bucket", accessKey: "key", secretKey: "secret" };
