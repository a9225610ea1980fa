/** The command line as a person meets it: one line on standard error, the right exit code, nothing else. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));
const RUN = process.versions["deno"] === undefined ? [] : ["run", "-A", "--node-modules-dir=manual"];

async function tailslate(
  args: string[],
  { input = "", env = {} }: { input?: string; env?: Record<string, string> } = {},
) {
  const child = spawn(process.execPath, [...RUN, CLI, ...args], { env: { ...process.env, ...env } });
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (written.stderr += chunk.toString()));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, ...written };
}

for (const { when, args, input, env, says, code } of [
  { when: "an unknown command", args: ["bogus"], says: /^error: unknown command 'bogus'\n$/, code: 2 },
  {
    when: "a missing file",
    args: ["stop", "none.json"],
    says: /^Cannot use "none.json" as input: the file cannot be read\n$/,
    code: 2,
  },
  { when: "no JSON", args: ["stop", "-"], input: "{", says: /^Cannot use "-" as input: it is not JSON\n$/, code: 2 },
  {
    when: "bad input",
    args: ["stop", "-"],
    input: '{"recording":{"appId":"a/b"},"x":1}',
    says: /^Cannot finalize the recording: .*appId.*"x"\n$/,
    code: 2,
  },
  {
    when: "Temporal away",
    args: ["status", "abc"],
    env: { TEMPORAL_ADDRESS: "127.0.0.1:1" },
    says: /^Cannot reach Temporal at 127\.0\.0\.1:1\n$/,
    code: 1,
  },
]) {
  test(`tailslate says in one line what is wrong: ${when}`, async () => {
    const ended = await tailslate(args, { ...(input !== undefined && { input }), ...(env && { env }) });
    assert.deepEqual([ended.code, ended.stdout], [code, ""]);
    assert.match(ended.stderr, says);
  });
}

test("tailslate --help names every command", async () => {
  const { code, stdout } = await tailslate(["--help"]);
  assert.equal(code, 0);
  for (const command of [
    "worker",
    "stop",
    "status",
    "cancel",
    "force-stop",
    "manifest",
    "verify",
    "webhook",
    "emulate",
  ]) {
    assert.match(stdout, new RegExp(`^  ${command} `, "m"));
  }
});
