/** What callers and operators may write: the input of a workflow, and a worker's configuration. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ConfigError } from "../../src/process/config-error.ts";
import { loadConfig } from "../../src/process/config.ts";
import { ownFailure } from "../../src/contract/failures.ts";
import { assertInput, resolveInput } from "../../src/contract/input.ts";
import { json, type Target } from "./target.ts";

const INPUT = {
  recording: { appId: "app", account: "default", resourceId: "r", sid: "abc", mode: "mix", cname: "room", uid: "1" },
  files: { store: "default", fileNamePrefix: ["calls"], expect: ["hls", "mp4"], uids: ["1"] },
  stop: { method: "async", at: "2026-11-23T12:00:00Z" },
  verification: "probe",
  timeouts: { stop: "1h", upload: "10m", backup: "24h", verify: "1h" },
  poll: { upload: { initialInterval: "2s", backoffCoefficient: 1.5, maximumInterval: "30s" }, quiet: "30s" },
  manifest: { store: "archive", key: "k" },
};

const CONFIG = {
  accounts: { default: { customerId: "env:SECRET", customerSecret: "env:SECRET", requestsPerSecond: 10 } },
  stores: { default: { vendor: 1, region: 0, bucket: "b", accessKey: "env:SECRET", secretKey: "env:SECRET" } },
  notifications: { secret: "env:SECRET" },
  searchAttributes: "auto",
};

/** A value of the environment that no message may contain. */
const SECRET = "planted-secret";
const path = join(tmpdir(), `tailslate-fuzz-${randomUUID()}.json`);

export const callerTargets: Target[] = [
  {
    name: "input",
    found: ["1\u00a0h", "", "0h", `${"1".repeat(200)}h`].map((backup) =>
      JSON.stringify({ recording: INPUT.recording, timeouts: { backup } }),
    ),
    seeds: [Buffer.from(JSON.stringify(INPUT)), Buffer.from(JSON.stringify({ recording: INPUT.recording }))],
    words: ['"none"', "null", "[]", '"1 year"', '"-1s"', '"../"', '"uids"', "{}"],
    check(bytes) {
      const input = json(bytes);
      try {
        assertInput(input);
      } catch (error) {
        assert.equal(ownFailure(error)?.type, "InputInvalid");
        return;
      }
      const { timeoutsMs, files } = resolveInput(input, true);
      assert.ok(Object.values(timeoutsMs).every((ms) => Number.isFinite(ms) && ms > 0));
      assert.ok(files === null || files.prefix === "" || files.prefix.endsWith("/"));
    },
  },
  {
    name: "configuration",
    found: ['{"acco\\nts":{}}'],
    seeds: [Buffer.from(JSON.stringify(CONFIG))],
    words: ['"env:SECRET"', '"file:/"', "null", "{}", '"http://h"', '"__proto__"', '"vendor"'],
    check(bytes) {
      writeFileSync(path, bytes);
      try {
        loadConfig({ TAILSLATE_CONFIG: path, SECRET });
      } catch (error) {
        assert.ok(error instanceof ConfigError, "not in our own words");
        assert.ok(!error.message.includes(SECRET) && !error.message.includes("\n"));
      } finally {
        rmSync(path);
      }
    },
  },
];
