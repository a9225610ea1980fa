import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test, type TestContext } from "node:test";

import { startS3Gateway, storeEnvironment, type S3Gateway } from "../../../dev/servers/s3-gateway.ts";
import { runCommand } from "../../../src/cli/program.ts";
import { type ManifestFacts, writeManifest } from "../../../src/manifest/write-manifest.ts";
import { manifestFacts } from "../../support/recordings/manifest-facts.ts";

let gateway: Promise<S3Gateway> | undefined;
after(async () => (await gateway)?.stop());

/** Runs the command with an empty store; gives what it printed and its exit code. */
async function tailslate(...args: string[]) {
  const s3 = await (gateway ??= startS3Gateway());
  const env = storeEnvironment(await s3.createBucket("verify"));
  const printed = { stdout: "", stderr: "" };
  const terminal = {
    env,
    versions: {},
    uptime: () => 0,
    stdin: Readable.from([]),
    once: () => undefined,
    exitCode: undefined,
    stdout: { write: (text: string) => void (printed.stdout += text) },
    stderr: { write: (text: string) => void (printed.stderr += text) },
  };
  return { code: await runCommand(args, terminal), ...printed };
}

async function manifestFile(t: TestContext, changes: Partial<ManifestFacts> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-verify-"));
  t.after(() => rm(folder, { recursive: true }));
  const { bytes, sha256 } = writeManifest({ ...manifestFacts(), ...changes });
  const path = join(folder, "manifest.json");
  await writeFile(path, bytes);
  return { path, sha256 };
}

test("tailslate verify says of each file in a manifest what became of it, and exits with 1", async (t) => {
  const { path, sha256 } = await manifestFile(t);
  const { code, stdout } = await tailslate("verify", path, "--sha256", sha256, "--json");
  const { unchanged, checked, changes } = JSON.parse(stdout);
  assert.deepEqual({ code, unchanged, checked }, { code: 1, unchanged: false, checked: 7 });
  assert.ok(changes.every(({ what }: { what: string }) => what === "missing"));

  const text = await tailslate("verify", path, "--sha256", sha256);
  assert.equal(text.code, 1);
  const { key, was, is } = changes[0];
  assert.ok(
    text.stdout.startsWith(`changed: 7 changes, 7 files checked\n  missing ${key}\n    was ${was}\n    is  ${is}\n`),
    text.stdout,
  );
});

for (const outcome of ["incomplete", "damaged", "lost"] as const) {
  test(`tailslate verify says first that the manifest's outcome is ${outcome}`, async (t) => {
    const { path, sha256 } = await manifestFile(t, { outcome });
    const text = await tailslate("verify", path, "--sha256", sha256);
    assert.ok(text.stdout.startsWith(`${outcome}: so the manifest says of the recording\nchanged: `), text.stdout);
    const json = await tailslate("verify", path, "--sha256", sha256, "--json");
    assert.equal(JSON.parse(json.stdout).outcome, outcome);
    const edited = await tailslate("verify", path, "--sha256", "0".repeat(64), "--json");
    assert.equal(JSON.parse(edited.stdout).outcome, null);
  });
}

test("tailslate verify does not believe a manifest with another digest", async (t) => {
  const { path } = await manifestFile(t);
  const other = createHash("sha256").update("other").digest("hex");
  const { code, stdout } = await tailslate("verify", path, "--sha256", other, "--json");
  assert.equal(code, 1);
  assert.equal(JSON.parse(stdout).changes[0].what, "manifest-edited");
});

test("tailslate verify takes a digest with spaces around it", async (t) => {
  const { path, sha256 } = await manifestFile(t);
  const { stdout } = await tailslate("verify", path, "--sha256", ` ${sha256.toUpperCase()}\n`, "--json");
  assert.equal(JSON.parse(stdout).checked, 7);
});

for (const command of ["verify", "report"]) {
  test(`tailslate ${command} takes a digest that was cut for a bad argument, and not for an edited manifest`, async (t) => {
    const { path, sha256 } = await manifestFile(t);
    for (const cut of [sha256.slice(0, 63), `${sha256.slice(0, 32)} ${sha256.slice(32)}`, "", `${sha256}0`]) {
      const { code, stdout, stderr } = await tailslate(command, path, "--sha256", cut);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
      assert.match(stderr, /^error: .* It must be a SHA-256 digest: 64 hex digits\.\n$/);
    }
  });
}

test("tailslate verify asks for the digest of a file, and names a file that is not there", async () => {
  assert.deepEqual(await tailslate("verify", "a/manifest.json"), {
    code: 2,
    stdout: "",
    stderr: 'Cannot verify "a/manifest.json": a file needs --sha256\n',
  });
  const { code, stderr } = await tailslate("verify", "/nowhere.json", "--sha256", "0".repeat(64));
  assert.deepEqual(
    { code, stderr },
    { code: 2, stderr: 'Cannot open "/nowhere.json": there is no such file, or it is not ours to read\n' },
  );
});
