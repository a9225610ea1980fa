/** Many recordings from the command line: `watch` on terminals of each kind, and `list`. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import process from "node:process";
import { Readable } from "node:stream";
import { before, describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";

import { msToTs } from "@temporalio/common/lib/time.js";

import { runCommand } from "../../../src/cli/program.ts";
import type { ListedRecording, RecordingFilter } from "../../../src/client.ts";
import { type Harness, testHarness } from "../../support/harness.ts";
import { startFinalizing, untilProgress } from "../../support/situations.ts";
import { startTailslate, tailslate } from "../tailslate.ts";

const harness = testHarness();

/** The connection's settings are read from the process, as in the door. */
before(async () => {
  const { variables: env } = await harness();
  for (const name of ["TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"]) process.env[name] = env[name];
});

/** Runs a command before a terminal of this width, with what it wrote to it and a Ctrl-C to press. */
function onTerminal(args: string[], { columns, env = {} }: { columns: number; env?: Record<string, string> }) {
  const keys = new EventEmitter();
  const written = { stdout: "", stderr: "" };
  const screen = (name: "stdout" | "stderr") => ({
    isTTY: true,
    columns,
    write(text: string) {
      written[name] += text;
      keys.emit("written");
    },
  });
  const code = runCommand(args, {
    env,
    versions: process.versions,
    uptime: () => 0,
    stdin: Readable.from([]),
    stdout: screen("stdout"),
    stderr: screen("stderr"),
    once: (signal, listener) => keys.once(signal, listener),
  });
  return { code, written, keys };
}

/** Two recordings, of which one never gets its last segment. */
async function two(env: Harness) {
  const timeouts = { upload: "2s", backup: "1s" };
  const lost = await startFinalizing(env, { scenario: "lost" }, { timeouts });
  const plain = await startFinalizing(env, {});
  return { lost: lost.recorded.sid, plain: plain.recorded.sid };
}

describe("tailslate watch", () => {
  test("overwrites a line for each recording on 40 columns, none longer, and names the bad ends", async () => {
    const { lost, plain } = await two(await harness());
    const { code, written } = onTerminal(["watch", lost, plain, lost], { columns: 40 });
    assert.equal(await code, 1);

    const pictures = written.stderr.split("\u001B[2A\u001B[0J").map((picture) => stripVTControlCharacters(picture));
    assert.ok(pictures.length > 1, written.stderr);
    for (const picture of pictures) {
      const lines = picture.split("\n").slice(0, -1);
      assert.deepEqual(
        lines.map((line) => line.slice(0, 8)),
        [lost.slice(0, 8), plain.slice(0, 8)],
      );
      assert.ok(
        lines.every((line) => line.length <= 40),
        picture,
      );
    }
    assert.match(pictures.at(-1) ?? "", /^\S+ {2}done +incomplete\n\S+ {2}done +verified\n$/);
    assert.match(
      stripVTControlCharacters(written.stdout),
      new RegExp(`^incomplete ${lost}\n  segment-missing: [^\n]+\n2 recordings: 1 verified, 1 not\n$`),
    );
  });

  test("is coloured on a terminal, and not where NO_COLOR asks for none", async () => {
    const { recording } = await startFinalizing(await harness(), {});
    const { sid } = recording;
    await recording.result();
    const coloured = onTerminal(["watch", sid], { columns: 100 });
    assert.equal(await coloured.code, 0);
    assert.ok(
      coloured.written.stdout.startsWith(`\u001B[1m\u001B[32mverified\u001B[39m ${sid}`),
      coloured.written.stdout,
    );
    const plain = onTerminal(["watch", sid], { columns: 100, env: { NO_COLOR: "1" } });
    assert.equal(await plain.code, 0);
    assert.ok(plain.written.stdout.startsWith(`verified ${sid}\n`), plain.written.stdout);
  });

  test("ends at Ctrl-C with 130, on a clean line, and leaves the workflows alone", async () => {
    const env = await harness();
    const { recording, recorded } = await startFinalizing(env, { scenario: "lost" });
    const { code, written, keys } = onTerminal(["watch", recorded.sid], { columns: 100 });
    while (!written.stderr.includes("uploading")) await new Promise((resolve) => keys.once("written", resolve));
    keys.emit("SIGINT");
    assert.equal(await code, 130);
    const says = `\r\u001B[2KThe workflow goes on; follow it again with: tailslate watch ${recorded.sid}\n`;
    assert.ok(written.stderr.endsWith(says), written.stderr);
    assert.equal((await recording.look()).progress.workflowStatus, "RUNNING");
    await recording.cancel();
    await recording.result();
  });

  test("follows all that run when it gets no sid, a line for each change outside a terminal, until Ctrl-C", async (t) => {
    const env = await harness();
    const { recording, recorded } = await startFinalizing(env, { scenario: "lost" });
    await untilProgress(recording, ({ present }) => present === 6);
    await listed(env, { channel: recorded.cname, running: true });
    const running = startTailslate(t, ["watch"], { env: env.variables });
    await running.says(`${recorded.sid}  uploading `);
    running.interrupt();
    const { code, stdout, stderr } = await running.ended;
    assert.deepEqual({ code, stdout }, { code: 130, stdout: "" });
    assert.ok(stderr.endsWith("\nThe workflows go on; follow them again with: tailslate watch\n"), stderr);
    assert.ok(!stderr.includes("\u001B"));
    await recording.cancel();
    await recording.result();
  });

  test("prints each result with --json", async () => {
    const env = await harness();
    const { recording, recorded } = await startFinalizing(env, {});
    const { code, stdout } = await tailslate(["watch", recorded.sid, "--json"], { env: env.variables });
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), [{ sid: recorded.sid, result: await recording.result() }]);
  });
});

function sids({ stdout }: { stdout: string }): string[] {
  return JSON.parse(stdout).map(({ sid }: ListedRecording) => sid);
}

describe("tailslate list", () => {
  test("takes an option more than once, and finds what fits any of its values", async () => {
    const env = await harness();
    const cname = `any-${randomUUID()}`;
    const timeouts = { upload: "1s", backup: "1s" };
    const lost = await startFinalizing(env, { cname, scenario: "lost" }, { timeouts });
    const plain = await startFinalizing(env, { cname });
    await Promise.all([lost.recording.result(), plain.recording.result()]);
    for (const outcome of ["incomplete", "verified"] as const) {
      while ((await listed(env, { channel: cname, outcome })).length < 1);
    }
    const list = async (...args: string[]) => tailslate(["list", "--json", ...args], { env: env.variables });
    const both = [plain.recorded.sid, lost.recorded.sid];
    const [outcomes, together, channels, first, running] = await Promise.all([
      list("--channel", cname, "--outcome", "incomplete", "--outcome", "verified", "--outcome", "lost"),
      list("--channel", cname, "--outcome", "verified", "incomplete"),
      list("--channel", cname, "--channel", "nobody's", "--channel", cname),
      list("--channel", cname, "--outcome", "incomplete", "--outcome", "verified", "--limit", "1"),
      list("--channel", cname, "--running"),
    ]);
    assert.deepEqual(sids(outcomes), both);
    assert.deepEqual(sids(together), both);
    assert.deepEqual(sids(channels), both);
    assert.deepEqual(sids(first), both.slice(0, 1));
    assert.equal(first.stderr, "Only the first 1; --limit shows more\n");
    assert.deepEqual(sids(running), []);
  });

  test("finds by channel, outcome and time, as a table and as JSON, and says when there are more", async () => {
    const env = await harness();
    const cname = `list-${randomUUID()}`;
    const older = await startFinalizing(env, { cname });
    await older.recording.result();
    const newer = await startFinalizing(env, { cname });
    await newer.recording.result();
    while ((await listed(env, { channel: cname, outcome: "verified" })).length < 2);

    const list = async (...args: string[]) => tailslate(["list", "--channel", cname, ...args], { env: env.variables });
    const [table, json, one, past] = await Promise.all([
      list("--outcome", "verified", "--phase", "done", "--since", "1h"),
      list("--json"),
      list("--limit", "1"),
      list("--until", "2026-01-01T00:00:00Z"),
    ]);
    const [header, ...rows] = table.stdout.trimEnd().split("\n");
    assert.match(header ?? "", /^STATE +STARTED +SID +CHANNEL$/);
    assert.deepEqual(
      rows.map((row) => row.split(/ +/).toSpliced(1, 1)),
      [newer, older].map(({ recorded: { sid } }) => ["verified", sid, cname]),
    );
    assert.deepEqual(
      JSON.parse(json.stdout).map(({ sid, outcome }: ListedRecording) => [sid, outcome]),
      [newer, older].map(({ recorded: { sid } }) => [sid, "verified"]),
    );
    assert.equal(one.stdout.trimEnd().split("\n").length, 2);
    assert.equal(one.stderr, "Only the first 1; --limit shows more\n");
    assert.deepEqual(past, { code: 0, stdout: "No recording found\n", stderr: "" });
  });

  test("says which command helps where the namespace lacks the search attributes, and does without them where it can", async () => {
    const { client, variables } = await harness();
    const namespace = `bare-${randomUUID()}`;
    const workflowExecutionRetentionPeriod = msToTs("1d");
    await client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
    const env = { ...variables, TEMPORAL_NAMESPACE: namespace };
    // A server learns of a new namespace at a distance.
    let plain = await tailslate(["list"], { env });
    while (plain.stderr.startsWith("Cannot use the namespace")) plain = await tailslate(["list"], { env });
    assert.deepEqual(plain, { code: 0, stdout: "No recording found\n", stderr: "" });

    const filtered = await tailslate(["list", "--outcome", "lost"], { env });
    assert.partialDeepStrictEqual(filtered, { code: 2, stdout: "" });
    assert.match(
      filtered.stderr,
      /^Cannot list by phase, outcome or channel: .*"tailslate search-attributes" registers\n$/,
    );
  });
});

/** Waits until visibility, which follows the workflows at a distance, has one of these. */
async function listed({ recordings }: Harness, filter: RecordingFilter): Promise<ListedRecording[]> {
  const found: ListedRecording[] = [];
  while (found.length === 0) for await (const recording of recordings.list(filter)) found.push(recording);
  return found;
}
