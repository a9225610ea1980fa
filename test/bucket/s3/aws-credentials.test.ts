import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { hasAwsCredentials } from "../../../src/bucket/s3/aws-credentials.ts";

const MODULE = fileURLToPath(new URL("../../../src/bucket/s3/aws-credentials.ts", import.meta.url));

test("whether Amazon's package is installed is known before it is needed", async (t) => {
  assert.equal(hasAwsCredentials(), true);

  const elsewhere = await mkdtemp(join(tmpdir(), "tailslate-"));
  t.after(() => rm(elsewhere, { recursive: true }));
  await mkdir(join(elsewhere, "node_modules"));
  await copyFile(MODULE, join(elsewhere, "aws-credentials.ts"));
  const copy = await import(pathToFileURL(join(elsewhere, "aws-credentials.ts")).href);
  assert.equal(copy.hasAwsCredentials(), false);
});
