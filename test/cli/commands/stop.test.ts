/** One recording from the command line: `stop` to its end, and every other command about it. */
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";

import type { RecordOptions } from "../../../src/emulator/recording/record.ts";
import type { FinalizeInput } from "../../../src/client.ts";
import { testHarness } from "../../support/harness.ts";
import { LATER, untilProgress } from "../../support/situations.ts";
import { startTailslate, tailslate } from "../tailslate.ts";

const harness = testHarness();
// oxlint-disable-next-line no-control-regex -- the escape character is what it looks for
const ESCAPE = /\u001B/;

/** A recording at the emulator, and a command line about it. */
async function recorded(options: RecordOptions = {}, changes: Partial<FinalizeInput> = {}) {
  const env = await harness();
  const made = await env.emulator.record(options);
  const input = JSON.stringify(env.input(made, changes));
  return {
    ...env,
    input,
    sid: made.sid,
    cname: made.cname,
    recording: env.recordings.get(made.sid),
    env: env.variables,
  };
}

describe("tailslate stop", () => {
  test("follows a recording to its end, a line for each change, and prints the result as text", async () => {
    const { input, env, sid, recording } = await recorded();
    const { code, stdout, stderr } = await tailslate(["stop", "-"], { env, input });
    const { manifest } = await recording.result();
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^verified ${sid}\n`));
    assert.ok(manifest);
    assert.ok(stdout.includes(`  manifest  ${manifest.key} in the store default`), stdout);
    assert.ok(stdout.includes(`  SHA-256   ${manifest.sha256}\n`), stdout);
    assert.match(stdout, /\n {2}files {5}\d+, [\d.]+ kB, 1 playlist, \d+ segments, [\d.]+s long\n/);
    assert.match(stderr, /(^|\n)done +█+ +verified\n$/);
    assert.doesNotMatch(stdout + stderr, ESCAPE);
  });

  test("prints exactly the result with --json, also of a recording that was finished before", async () => {
    const { input, env, recording } = await recorded();
    const first = await tailslate(["stop", "-", "--json"], { env, input });
    const again = await tailslate(["--json", "stop", "-"], { env, input });
    const result = await recording.result();
    assert.equal(first.code, 0);
    assert.deepEqual(JSON.parse(first.stdout), result);
    assert.equal(again.code, 0);
    assert.deepEqual(JSON.parse(again.stdout), result);
    assert.match(again.stderr, /^This recording was finished before: --rerun verifies it once more\n/);
  });

  test("names what is missing first, and ends with 1", async () => {
    const timeouts = { upload: "1s", backup: "1s" };
    const { input, env, sid, recording } = await recorded({ scenario: "lost" }, { timeouts });
    const { code, stdout } = await tailslate(["stop", "-"], { env, input });
    const [problem] = (await recording.result()).problems;
    assert.equal(code, 1);
    const [headline, first] = stdout.split("\n");
    assert.equal(headline, `incomplete ${sid}`);
    assert.equal(first, `  error segment-missing: ${problem?.subject}: expected segment …, observed no such object`);
    assert.match(stdout, /s long without what is missing\n/);
  });

  test("leaves the workflow alone at Ctrl-C, and says how to follow it again", async (t) => {
    const { input, env, sid, recording } = await recorded({ scenario: "lost" });
    const running = startTailslate(t, ["stop", "-"], { env, input });
    await running.says("uploading");
    running.interrupt();
    const { code, stdout, stderr } = await running.ended;
    assert.deepEqual({ code, stdout }, { code: 130, stdout: "" });
    assert.ok(stderr.endsWith(`\nThe workflow goes on; follow it again with: tailslate watch ${sid}\n`), stderr);
    assert.equal((await recording.look()).progress.workflowStatus, "RUNNING");

    await untilProgress(recording, ({ present }) => present === 6);
    const forced = await tailslate(["force-stop", sid, "--reason", "a test"], { env });
    assert.deepEqual(forced, {
      code: 0,
      stdout: `Forced while uploading; follow it with: tailslate watch ${sid}\n`,
      stderr: "",
    });
    const { outcome, forced: wasForced } = await recording.result();
    assert.deepEqual({ outcome, wasForced }, { outcome: "incomplete", wasForced: true });
  });

  test("with --no-wait only starts it; without a worker status says what Temporal knows, and nothing hangs", async (t) => {
    const { input, env: reachable, sid, client } = await recorded();
    const env = { ...reachable, TEMPORAL_TASK_QUEUE: `nobody-${randomUUID()}` };
    const started = await tailslate(["stop", "-", "--no-wait"], { env, input });
    t.after(() => client.workflow.getHandle(`recording-${sid}`).terminate());
    assert.deepEqual(started, { code: 0, stdout: `Started recording-${sid}\n`, stderr: "" });
    const [text, json] = await Promise.all([
      tailslate(["status", sid], { env }),
      tailslate(["status", `recording-${sid}`, "--json"], { env }),
    ]);
    assert.equal(text.code, 0);
    assert.match(text.stdout, new RegExp(`^stopping ${sid}\n  No worker answers: [^]*\n  waits for a worker\n`));
    const { progress, status, result } = JSON.parse(json.stdout);
    assert.deepEqual(
      { phase: progress.phase, answered: progress.answered, status, result },
      { phase: "stopping", answered: false, status: null, result: null },
    );
  });
});

describe("tailslate stop after a run that stopped nothing", () => {
  test("says of a failed run why, that the recording may go on, and begins anew", async () => {
    const { input, env, sid, recording } = await recorded();
    const unknown = JSON.parse(input);
    unknown.recording.account = "nobody";
    const wrong = JSON.stringify(unknown);
    await tailslate(["stop", "-", "--no-wait"], { env, input: wrong });
    await assert.rejects(recording.result());
    const [status, json] = await Promise.all([
      tailslate(["status", sid], { env }),
      tailslate(["status", sid, "--json"], { env }),
    ]);
    assert.equal(status.code, 1);
    assert.match(
      status.stdout,
      /is failed\n  No stop is confirmed: [^\n]+BE BILLED\n  reason {4}AccountUnknown: [^\n]+\n  to do /,
    );
    assert.equal(JSON.parse(json.stdout).failure.type, "AccountUnknown");
    const notice = "An earlier run failed (AccountUnknown); it begins anew\n";
    const left = await tailslate(["stop", "-", "--no-wait"], { env, input: wrong });
    assert.deepEqual(left, { code: 0, stdout: `Started recording-${sid}\n`, stderr: notice });
    await assert.rejects(recording.result(), { type: "AccountUnknown" });

    const mended = await tailslate(["stop", "-"], { env, input });
    assert.equal(mended.code, 0, mended.stderr);
    assert.ok(mended.stderr.startsWith(notice), mended.stderr);
    assert.match(mended.stdout, /^verified [^]+\n {2}stop {6}accepted /);
  });

  test("starts nothing after a run that was terminated, and says that the recording may go on", async () => {
    const { input, env: reachable, sid, client } = await recorded();
    const env = { ...reachable, TEMPORAL_TASK_QUEUE: `nobody-${randomUUID()}` };
    await tailslate(["stop", "-", "--no-wait"], { env, input });
    await client.workflow.getHandle(`recording-${sid}`).terminate();
    const refusals = await Promise.all(
      [[], ["--no-wait"], ["--json"]].map(async (more) => tailslate(["stop", "-", ...more], { env, input })),
    );
    for (const refused of refusals) {
      assert.partialDeepStrictEqual(refused, { code: 1, stdout: "" });
      assert.match(
        refused.stderr,
        /^An earlier run ended as terminated, without a confirmed stop, [^\n]+MAY GO ON, AND BE BILLED; --rerun [^\n]+\n$/,
      );
    }
    const status = await tailslate(["status", sid, "--json"], { env });
    assert.equal(JSON.parse(status.stdout).failure, null);
  });
});

describe("about one recording", () => {
  test("tailslate status says what a running one waits for, and manifest and verify say that it has not ended", async () => {
    const { input, env, sid, recording } = await recorded({ scenario: "lost" });
    await tailslate(["stop", "-", "--no-wait"], { env, input });
    await untilProgress(recording, ({ phase, present }) => phase === "uploading" && present === 6);
    const [status, manifest, verify] = await Promise.all(
      ["status", "manifest", "verify"].map(async (command) => tailslate([command, sid], { env })),
    );
    assert.equal(status?.code, 0);
    assert.match(
      status.stdout,
      new RegExp(
        `^uploading ${sid}, since [^\n]+\n  files     6 of 7\n  waits for segment [^]*\n  stop      accepted at [^]*\n  workflow  recording-${sid}, RUNNING\n$`,
      ),
    );
    const stderr = `Cannot read the manifest: the recording has not ended; follow it with: tailslate watch ${sid}\n`;
    assert.deepEqual(
      { manifest, verify },
      { manifest: { code: 3, stdout: "", stderr }, verify: { code: 3, stdout: "", stderr } },
    );
    await recording.cancel();
    await recording.result();
  });

  test("tailslate status and watch say what the store answers and since when, and the counts of the last good look", async (t) => {
    const { gate } = await harness();
    const { input, env, sid, recording } = await recorded({ scenario: "lost" }, { timeouts: { upload: "1s" } });
    await tailslate(["stop", "-", "--no-wait"], { env, input });
    await untilProgress(recording, ({ phase, present }) => phase === "backup" && present === 6);
    const watching = startTailslate(t, ["watch", sid], { env });
    await watching.says("6 of 7 files");
    const refusal = "<Error><Code>SignatureDoesNotMatch</Code></Error>";
    const mend = gate.answer((outgoing) => void outgoing.writeHead(403).end(refusal));
    t.after(mend);
    await watching.says("6 of 7 files  waiting for the store, which answers 403 SignatureDoesNotMatch since ");
    const [text, json] = await Promise.all([
      tailslate(["status", sid], { env }),
      tailslate(["status", sid, "--json"], { env }),
    ]);
    assert.match(
      text.stdout,
      /store     Cannot list bucket "[^"]+": the store answered 403 SignatureDoesNotMatch, since \d{4}-/,
    );
    assert.doesNotMatch(text.stdout, /backup cloud/);
    assert.partialDeepStrictEqual(JSON.parse(json.stdout).progress.storeFailure, {
      status: 403,
      code: "SignatureDoesNotMatch",
    });
    mend();
    await watching.says("6 of 7 files  waiting for segment");
    await recording.cancel();
    await recording.result();
  });

  test("tailslate cancel says loudly that a recording whose stop was not sent goes on, and cannot be repeated", async () => {
    const { input, env, sid } = await recorded({}, { stop: { at: LATER } });
    await tailslate(["stop", "-", "--no-wait"], { env, input });
    const cancelled = await tailslate(["cancel", sid, "--json"], { env });
    const { outcome, stop } = JSON.parse(cancelled.stdout);
    assert.deepEqual(
      { code: cancelled.code, outcome, stop: stop.status },
      { code: 0, outcome: "cancelled", stop: "not-sent" },
    );
    assert.equal(cancelled.stderr, "No stop was sent to Agora: A RECORDING THAT STILL RUNS GOES ON, AND IS BILLED\n");

    const [again, forced, status, manifest] = await Promise.all(
      ["cancel", "force-stop", "status", "manifest"].map(async (command) => tailslate([command, sid], { env })),
    );
    const ended = "the recording: it has ended already, as cancelled\n";
    assert.deepEqual(again, { code: 1, stdout: "", stderr: `Cannot cancel ${ended}` });
    assert.deepEqual(forced, { code: 1, stdout: "", stderr: `Cannot force ${ended}` });
    assert.equal(status?.code, 1);
    const attached = await tailslate(["stop", "-", "--no-wait"], { env, input });
    assert.equal(attached.code, 1);
    assert.match(attached.stderr, /^An earlier run ended as cancelled, without a confirmed stop/);
    assert.match(
      status.stdout,
      /^cancelled [^\n]+\n  No stop was sent [^\n]+BILLED\n[^]*to do {5}If the recording still runs, end it: tailslate stop --rerun/,
    );
    const none = "Cannot read the manifest: the end is cancelled, which has none\n";
    assert.deepEqual(manifest, { code: 1, stdout: "", stderr: none });

    const now = JSON.stringify({ ...JSON.parse(input), stop: {} });
    const rerun = await tailslate(["stop", "-", "--rerun"], { env, input: now });
    assert.match(rerun.stdout, /^verified [^]+\n {2}stop {6}accepted /);
    const verifiedAgain = await tailslate(["stop", "-", "--rerun"], { env, input: now });
    assert.match(verifiedAgain.stdout, /^verified [^]+\n {2}stop {6}not-sent /);
    assert.doesNotMatch(verifiedAgain.stdout, /BILLED/);
  });

  test("tailslate manifest prints and saves the very bytes of the digest, and verify finds them and the files unchanged, until one is not", async (t) => {
    const { input, env, sid, recording, bucket } = await recorded();
    await tailslate(["stop", "-"], { env, input });
    const { manifest } = await recording.result();
    const file = await fileFor(t);
    const printed = await tailslate(["manifest", sid], { env });
    const saved = await tailslate(["manifest", sid, "--output", file], { env });
    assert.equal(printed.code, 0);
    assert.equal(sha256(printed.stdout), manifest?.sha256);
    assert.equal(saved.code, 0);
    assert.equal(sha256(await readFile(file)), manifest?.sha256);
    assert.match(saved.stdout, /^Saved [^\n]+, SHA-256 [0-9a-f]{64}\n$/);
    const nowhere = await tailslate(["manifest", sid, "--output", "/nowhere/m.json"], { env });
    assert.partialDeepStrictEqual(nowhere, { code: 2, stdout: "" });
    assert.match(nowhere.stderr, /^Cannot save the manifest as "\/nowhere\/m.json": [^\n]+\n$/);
    for (const name of [sid, `recording-${sid}`]) {
      const verified = await tailslate(["verify", name], { env });
      assert.equal(verified.code, 0, verified.stderr);
      assert.match(verified.stdout, /^unchanged: \d+ files as the manifest lists them\n$/);
    }

    const { playlists } = JSON.parse(printed.stdout);
    const bytes = Buffer.from("another playlist");
    const contentType = "application/vnd.apple.mpegurl";
    await bucket.put(playlists[0].key, bytes, { contentType, signal: AbortSignal.timeout(10_000) });
    const changed = await tailslate(["verify", sid], { env });
    assert.equal(changed.code, 1);
    assert.match(changed.stdout, /^changed: 1 change, \d+ files checked\n  \S+ \S+\.m3u8\n/);
  });
});

async function fileFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-manifest-"));
  t.after(() => rm(folder, { recursive: true }));
  return join(folder, "manifest.json");
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
