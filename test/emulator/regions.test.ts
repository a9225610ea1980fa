/** Agora's regional hosts have a path; a base URL with a path reaches the same recording. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { createAgora } from "../../src/agora/client.ts";
import { emulate, send } from "./caller.ts";

const ACCOUNT = { customerId: "customer", customerSecret: "geheim", requestsPerSecond: 1000 };

describe("a base URL with a region's path", () => {
  for (const region of ["cn", "eu", "ap", "us"]) {
    test(`/${region}: acquires, queries and stops`, async (t) => {
      const emulator = await emulate(t);
      const acquired = await send(emulator, {
        path: `/${region}/v1/apps/app/cloud_recording/acquire`,
        body: { cname: "channel", uid: "1", clientRequest: {} },
      });
      assert.equal(acquired.status, 200);

      const recorded = await emulator.record();
      const agora = createAgora({ ...ACCOUNT, baseUrls: [`${emulator.url}/${region}`] });
      const options = { host: 0, signal: new AbortController().signal };
      assert.equal((await agora.query(recorded, options))?.verdict.kind, "known");
      assert.equal((await agora.stop(recorded, { ...options, method: "async" })).verdict.kind, "accepted");
    });
  }

  test("of no region of Agora's is no route", async (t) => {
    const emulator = await emulate(t);
    const path = "/mars/v1/apps/app/cloud_recording/acquire";
    assert.equal((await send(emulator, { path, body: {} })).status, 404);
  });
});
