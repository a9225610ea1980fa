/** The command line as a person meets it: one line on standard error, the right exit code, nothing else. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import process from "node:process";
import { test } from "node:test";

import packageJson from "../../package.json" with { type: "json" };
import { testServers } from "../support/servers.ts";
import { COMMAND, startTailslate, tailslate } from "./tailslate.ts";

const servers = testServers();

/** What the commands need to meet the test's Temporal server. */
async function temporal(): Promise<Record<string, string>> {
  const { address, namespace } = (await servers()).temporal;
  return { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
}

const AWAY = { TEMPORAL_ADDRESS: "127.0.0.1:1" };

for (const { when, args, input, env, says, code } of [
  {
    when: "an unknown command",
    args: ["stat"],
    says: /^error: unknown command 'stat' \(Did you mean [^\n]+\)\n$/,
    code: 2,
  },
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
    says: /^Cannot finalize the recording: .*appId.*recording\.sid: is missing.*"x"\n$/,
    code: 2,
  },
  {
    when: "a sid with other characters",
    args: ["status", "../x"],
    says: /^error: .*'\.\.\/x'.* It must be a sid[^\n]+\n$/,
    code: 2,
  },
  {
    when: "a second sid that is none",
    args: ["watch", "abc", "a b"],
    says: /^error: .*'a b'.* It must be a sid[^\n]+\n$/,
    code: 2,
  },
  {
    when: "not a time",
    args: ["list", "--since", "noon"],
    says: /^error: .* It must be a duration[^\n]+\n$/,
    code: 2,
  },
  {
    when: "an unknown phase",
    args: ["list", "--phase", "lost"],
    says: /^error: .*Allowed choices are [^\n]+\n$/,
    code: 2,
  },
  {
    when: "Temporal away",
    args: ["status", "abc"],
    env: AWAY,
    says: /^Cannot reach Temporal at 127\.0\.0\.1:1\n$/,
    code: 3,
  },
  {
    when: "a profile that is not there",
    args: ["list"],
    env: { TEMPORAL_PROFILE: "nowhere" },
    says: /^Cannot use the configuration of the connection to Temporal: [^\n]+\n$/,
    code: 2,
  },
  {
    when: "a configuration that is not there",
    args: ["manifest", "abc"],
    env: { TAILSLATE_CONFIG: "/nowhere/tailslate.config.json" },
    says: /^Cannot use the configuration from [^\n]+\n$/,
    code: 2,
  },
  {
    when: "half a configuration",
    args: ["verify", "abc"],
    env: { TAILSLATE_STORE_VENDOR: "1" },
    says: /^Cannot use the configuration from the environment: .*stores\.default\.bucket: is missing[^\n]*\n$/,
    code: 2,
  },
]) {
  test(`tailslate says in one line what is wrong: ${when}`, async () => {
    const ended = await tailslate(args, { ...(input !== undefined && { input }), ...(env && { env }) });
    assert.partialDeepStrictEqual(ended, { code, stdout: "" });
    assert.match(ended.stderr, says);
  });
}

for (const args of [["status"], ["watch"], ["cancel"], ["force-stop"], ["manifest"], ["verify"]]) {
  test(`tailslate ${args[0]} does not know a sid that never was, and ends with 3`, async () => {
    const { code, stdout, stderr } = await tailslate([...args, "abc"], { env: await temporal() });
    assert.equal(stderr, "Cannot find the recording: the namespace has no workflow recording-abc\n");
    assert.deepEqual({ code, stdout }, { code: 3, stdout: "" });
  });
}

for (const [command, stderr] of [
  ["list", 'Cannot use the namespace "nowhere": Temporal has none of this name\n'],
  ["search-attributes", "Cannot ask Temporal: it has no such namespace\n"],
] as const) {
  test(`tailslate ${command} names a namespace that Temporal has not, and ends with 2`, async () => {
    const env = { ...(await temporal()), TEMPORAL_NAMESPACE: "nowhere" };
    assert.deepEqual(await tailslate([command], { env }), { code: 2, stdout: "", stderr });
  });
}

test("tailslate ends silently with 141 when the reader of its output has gone", async (t) => {
  const running = startTailslate(t, ["list", "--channel", "nobody"], { env: await temporal() });
  running.readNoMore();
  const { code, stderr } = await running.ended;
  assert.deepEqual({ code, stderr }, { code: 141, stderr: "" });
});

test(
  "tailslate says that its output cannot be written to a full disk, and ends with 2",
  {
    // Deno ends by its own error, with its own message.
    skip: !existsSync("/dev/full") || process.versions["deno"] !== undefined,
  },
  async () => {
    await using full = await open("/dev/full", "w");
    const child = spawn(process.execPath, [...COMMAND, "--help"], { stdio: ["ignore", full.fd, "pipe"] });
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const code = await new Promise((resolve) => void child.once("close", resolve));
    assert.deepEqual({ code, stderr }, { code: 2, stderr: "Cannot write the output: ENOSPC\n" });
  },
);

for (const args of [
  ["--json", "list", "--channel", "nobody's"],
  ["list", "--channel", "nobody's", "--json"],
]) {
  test(`tailslate prints JSON when it is asked to anywhere: ${args.join(" ")}`, async () => {
    assert.deepEqual(await tailslate(args, { env: await temporal() }), { code: 0, stdout: "[]\n", stderr: "" });
  });
}

test("tailslate --version prints the package's version", async () => {
  assert.deepEqual(await tailslate(["--version"]), { code: 0, stdout: `${packageJson.version}\n`, stderr: "" });
});

test("tailslate --help names every command, and explains every exit code as docs/command.md does", async () => {
  const { code, stdout } = await tailslate(["--help"]);
  assert.equal(code, 0);
  for (const command of [
    "stop",
    "watch",
    "list",
    "status",
    "cancel",
    "force-stop",
    "manifest",
    "verify",
    "report",
    "doctor",
    "search-attributes",
    "worker",
    "webhook",
    "emulate",
  ]) {
    assert.match(stdout, new RegExp(`^  ${command} `, "m"));
  }
  const page = await readFile(new URL("../../docs/command.md", import.meta.url), "utf8");
  const documented = [...page.matchAll(/^\| `(\d+)` +\| (.+?) +\|/gm)].map(([, exit, meaning]) => [exit, meaning]);
  const explained = [...stdout.matchAll(/^ {2}(\d+) +(.+)$/gm)].map(([, exit, meaning]) => [exit, meaning]);
  assert.deepEqual(documented, explained);
  assert.ok(documented.length > 5);
});
