import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { writeManifest } from "../../../src/manifest/write-manifest.ts";
import { testHarness } from "../../support/harness.ts";
import { manifestFacts, segment } from "../../support/recordings/manifest-facts.ts";
import { tailslate } from "../tailslate.ts";

const harness = testHarness();

/** Runs `tailslate report` in a folder. */
async function report({ cwd, env = {} }: { cwd: string; env?: Record<string, string> }, ...args: string[]) {
  return tailslate(["report", ...args], { cwd, env });
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "tailslate-report-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

async function manifestIn(cwd: string, facts = manifestFacts()) {
  const written = writeManifest(facts);
  await writeFile(join(cwd, "sid1.run1.manifest.json"), written.bytes);
  return written;
}

test("tailslate report writes the page of a finished recording, whose digest the workflow promised", async (t) => {
  const { emulator, recordings, input, variables: env } = await harness();
  const recorded = await emulator.record({ cname: "lecture" });
  const recording = await recordings.finalize(input(recorded));
  const { manifest } = await recording.result();
  const cwd = await folder(t);
  const { code, stdout, stderr } = await report({ cwd, env }, recorded.sid);
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `Wrote ${recorded.sid}.html: verified\n`, stderr: "" });
  const page = await readFile(join(cwd, `${recorded.sid}.html`), "utf8");
  assert.match(page, /<h1>The recording was there<\/h1>/);
  assert.match(page, new RegExp(`${manifest?.sha256}</code>, as promised`));
});

test("tailslate report makes the page of a manifest in a file, with the side file beside it", async (t) => {
  const cwd = await folder(t);
  const facts = manifestFacts();
  const [playlist] = facts.inventory.playlists;
  assert.ok(playlist);
  playlist.segments = Array.from({ length: 1001 }, (_, index) =>
    segment(`20261123${String(100_000_000 + index * 1000).padStart(9, "0")}`, 1),
  );
  const { sideFile } = await manifestIn(cwd, facts);
  assert.ok(sideFile);
  const without = await report({ cwd }, "sid1.run1.manifest.json", "--output", "-");
  assert.equal(without.code, 0);
  assert.match(without.stdout, /The segments are not shown: the manifest&#39;s side file .* is not there/);

  await writeFile(join(cwd, "sid1.run1.manifest.segments.jsonl"), sideFile.bytes);
  const beside = await report({ cwd }, "sid1.run1.manifest.json", "--output", "-");
  assert.match(beside.stdout, /10:00:00 to [\d:]+, \d+ segments/);

  await writeFile(join(cwd, "sid1.run1.manifest.segments.jsonl"), sideFile.bytes.toReversed());
  const edited = await report({ cwd }, "sid1.run1.manifest.json", "--output", "-");
  assert.match(edited.stdout, /is not the one that the manifest promises/);
});

test("tailslate report does not believe a manifest with another digest than the one given", async (t) => {
  const cwd = await folder(t);
  const { sha256 } = await manifestIn(cwd);
  const right = await report({ cwd }, "sid1.run1.manifest.json", "--sha256", sha256.toUpperCase());
  assert.partialDeepStrictEqual(right, { code: 0, stdout: "Wrote sid1.html: verified\n" });
  const wrong = await report({ cwd }, "sid1.run1.manifest.json", "--sha256", "0".repeat(64));
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /^Cannot believe the manifest: its SHA-256 is [^\n]+\n$/);
});

test("tailslate report never takes a file's name from a manifest that could lead elsewhere", async (t) => {
  const cwd = await folder(t);
  const facts = manifestFacts();
  await manifestIn(cwd, { ...facts, recording: { ...facts.recording, sid: "../sid1" } });
  const { code, stderr } = await report({ cwd }, "sid1.run1.manifest.json");
  assert.equal(code, 2);
  assert.equal(
    stderr,
    "Cannot name the report after its recording: the manifest's sid is no file name; use --output\n",
  );
});

test("tailslate report says in one line what is wrong with a file", async (t) => {
  const cwd = await folder(t);
  await manifestIn(cwd);
  await writeFile(join(cwd, "no.json"), "{");
  for (const [args, line] of [
    [["none.json"], 'Cannot open "none.json": there is no such file, or it is not ours to read'],
    [["no.json"], "Cannot read the manifest: it is not JSON"],
    [
      ["sid1.run1.manifest.json", "--output", "none/report.html"],
      'Cannot write "none/report.html": there is no such folder, or it is not ours to write',
    ],
  ] as const) {
    assert.deepEqual(await report({ cwd }, ...args), { code: 2, stdout: "", stderr: `${line}\n` });
  }
});
