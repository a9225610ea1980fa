// Runs on Node alone: what is tried is Agora's own client for Python, before the emulator.
/** Agora's own client for Python as a witness: what it sends the emulator takes, and what the emulator answers it reads. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { z } from "zod";

import { AGORA, findPython } from "../../dev/servers/python.ts";
import { decodeQueryAnswer, decodeStopAnswer } from "../../src/agora/decode.ts";
import { emulate } from "./caller.ts";

const script = fileURLToPath(new URL("agora_rest_client_calls.py", import.meta.url));
const Read = z.object({ sid: z.string(), query: z.looseObject({}), stop: z.looseObject({}) });

describe("agora-rest-client acquires, starts, queries and stops", () => {
  for (const mode of ["individual", "mix", "web"]) {
    for (const method of ["async", "sync"]) {
      // The client's words for Agora's regions; "-" is none.
      const region = method === "sync" ? "eu" : "-";
      test(`${mode}, ${method}, region ${region}`, async (t) => {
        const python = await findPython(AGORA);
        if ("missing" in python) return t.skip(python.missing);
        const emulator = await emulate(t);
        const { stdout } = await promisify(execFile)(
          python.path,
          [script, emulator.url, "app", "customer", "geheim", mode, method, region],
          { timeout: 60_000 },
        );
        const { sid, query, stop } = Read.parse(JSON.parse(stdout));
        assert.equal(decodeQueryAnswer(query)?.status, 5);
        const stopped = decodeStopAnswer(stop);
        assert.equal(stopped?.uploadingStatus, method === "sync" ? "uploaded" : null);
        const named = stopped.files.map(({ name }) => name);
        assert.ok(named.every((name) => name.startsWith(`${sid}_channel`)));
        assert.equal(named.length > 0, method === "sync");
        const statuses = emulator.calls.map(({ endpoint, status }) => `${endpoint} ${status}`);
        assert.deepEqual(statuses, ["acquire 200", "start 200", "query 200", "stop 200"]);
      });
    }
  }

  test("by its words for the regions of the service", async (t) => {
    const python = await findPython(AGORA);
    if ("missing" in python) return t.skip(python.missing);
    const emulator = await emulate(t);
    for (const region of ["na", "ap", "cn"]) {
      await promisify(execFile)(
        python.path,
        [script, emulator.url, "app", "customer", "geheim", "mix", "async", region],
        { timeout: 60_000 },
      );
    }
    assert.equal(emulator.calls.filter(({ endpoint, status }) => endpoint === "stop" && status === 200).length, 3);
  });
});
