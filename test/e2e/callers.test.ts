/** The files of examples/, which docs/callers.md links, run as they are against a worker on real servers. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { describe, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { freePorts, responds, startServer } from "../../dev/servers/child.ts";
import { findPython } from "../../dev/servers/python.ts";
import { findTemporalCli } from "../../dev/servers/temporal-server.ts";
import { type Harness, testHarness } from "../support/harness.ts";
import { LATER } from "../support/situations.ts";
import { blocksOf, linksOf } from "./docs/pages.ts";

const harness = testHarness();
const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

type Caller = { path: string; args: string[]; env?: Record<string, string> };

/** How each example is run, or why it cannot be. */
const CALLERS: Record<string, () => Promise<Caller | { missing: string }>> = {
  "the temporal CLI": async () => {
    const PATH = [dirname(await findTemporalCli()), process.env["PATH"]].join(delimiter);
    return { path: "/bin/sh", args: [root("examples/temporal-cli.sh")], env: { PATH } };
  },
  "Temporal's Python SDK": async () => {
    const python = await findPython();
    return "missing" in python ? python : { path: python.path, args: [root("examples/stop_recording.py")] };
  },
};

for (const [name, find] of Object.entries(CALLERS)) {
  describe(name, () => {
    test("starts, asks, hurries by an update, and reads the stop and the result", async (t) => {
      const caller = await find();
      if ("missing" in caller) return t.skip(caller.missing);
      const { ask, env, inputFile } = await startScheduled(t, caller);
      await ask("start", inputFile);
      await ask("start", inputFile); // meets the first
      assert.match(await ask("status"), /"phase": *"scheduled"/);
      const { release } = env.gate.hold(() => true); // with its files unseen it cannot end before it was asked
      assert.match(await ask("request-force-stop"), /"forced": *true/);
      assert.match(await ask("await-stopped"), /"status": *"accepted"/);
      release();
      const result = await ask("result");
      assert.match(result, /"outcome": *"verified"/);
      assert.match(result, /"sha256": *"[0-9a-f]{64}"/);
    });

    for (const { verb, outcome } of [
      { verb: "force-stop", outcome: "verified" },
      { verb: "cancel", outcome: "cancelled" },
    ]) {
      test(`${verb} is heard`, async (t) => {
        const caller = await find();
        if ("missing" in caller) return t.skip(caller.missing);
        const { ask, env, input } = await startScheduled(t, caller);
        const recording = await env.recordings.finalize(input);
        await ask(verb);
        assert.equal((await recording.result()).outcome, outcome);
      });
    }
  });
}

test("a backend stops a recording from an HTTP handler", async (t) => {
  const env = await harness();
  const url = await startBackend(t, env);
  const input = env.input(await env.emulator.record({}));
  const stop = async (body: string) => fetch(`${url}/recordings`, { method: "POST", body });

  const stopped = await stop(JSON.stringify(input));
  assert.equal(stopped.status, 200);
  assert.match(await stopped.text(), /"status":"accepted"/);
  const again = await stop(JSON.stringify(input));
  assert.match(await again.text(), /"status":"accepted"/);
  assert.equal((await env.recordings.get(input.recording.sid).result()).outcome, "verified");
  const status = await fetch(`${url}/recordings/${input.recording.sid}`);
  assert.match(await status.text(), /"phase":"done"/);
  for (const malformed of ["{}", "no JSON"]) assert.equal((await stop(malformed)).status, 400);
});

test("what callers send, and what they read, is valid by the schemas for any language", async (t) => {
  const python = await findPython();
  if ("missing" in python) return t.skip(python.missing);
  const { emulator, recordings, input } = await harness();
  const sent = input(await emulator.record({ scenario: "backuped" }));
  const recording = await recordings.finalize(sent);
  const folder = await temporaryFolder(t);
  const documents = {
    input: [sent, JSON.parse(await readFile(root("examples/input.json"), "utf8"))],
    result: [await recording.result()],
    manifest: [await recording.manifest()],
  };
  const files: string[] = [];
  for (const [kind, instances] of Object.entries(documents)) {
    for (const [index, instance] of instances.entries()) {
      const file = join(folder, `${kind}-${index}.json`);
      await writeFile(file, JSON.stringify(instance));
      files.push(file, root(`schema/${kind}.v1.json`));
    }
  }
  const wrong = join(folder, "wrong.json");
  await writeFile(wrong, JSON.stringify({ ...sent, verifcation: "hash" }));
  const validate = async (...args: string[]) => promisify(execFile)(python.path, ["-c", VALIDATE, ...args]);
  await validate(...files);
  await assert.rejects(validate(wrong, root("schema/input.v1.json")), /verifcation/);
});

test("docs/callers.md links every example, and shows parts of them as they are", async () => {
  const page = { file: "docs/callers.md", text: await readFile(root("docs/callers.md"), "utf8") };
  const examples = (await readdir(root("examples"))).map((name) => `examples/${name}`);
  const linked = new Set(linksOf(page).map(({ path }) => path));
  assert.deepEqual(
    examples.filter((example) => !linked.has(example)),
    [],
  );
  const texts = await Promise.all(examples.map(async (example) => unindent(await readFile(root(example), "utf8"))));
  for (const { lines } of blocksOf(page)) {
    const part = unindent(lines.join("\n"));
    assert.ok(
      texts.some((text) => text.includes(part)),
      part,
    );
  }
});

function unindent(text: string): string {
  return text.replaceAll(/^ +/gm, "");
}

const VALIDATE = `
import json, sys
from jsonschema import Draft202012Validator
files = [json.load(open(path)) for path in sys.argv[1:]]
for instance, schema in zip(files[::2], files[1::2]):
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(instance)
`;

/** A recording that is to be stopped much later, and what asks about it. */
async function startScheduled(t: TestContext, { path, args, env: variables }: Caller) {
  const env = await harness();
  const input = env.input(await env.emulator.record({}), { stop: { at: LATER } });
  const folder = await temporaryFolder(t);
  const inputFile = join(folder, "input.json");
  await writeFile(inputFile, JSON.stringify(input));
  const options = { env: { ...process.env, ...temporalVariables(env), ...variables } };
  const ask = async (verb: string, ...more: string[]) =>
    (await promisify(execFile)(path, [...args, verb, input.recording.sid, ...more], options)).stdout;
  return { ask, env, input, inputFile };
}

function temporalVariables({ address, taskQueue }: Harness): Record<string, string> {
  return { TEMPORAL_ADDRESS: address, TEMPORAL_TASK_QUEUE: taskQueue };
}

/** The example as a user has it: in a folder where the package `tailslate` is installed. */
async function startBackend(t: TestContext, env: Harness): Promise<string> {
  const folder = await temporaryFolder(t);
  const installed = join(folder, "node_modules", "tailslate");
  await mkdir(installed, { recursive: true });
  const client = new URL("../../src/client.ts", import.meta.url).href;
  await writeFile(join(installed, "client.js"), `export * from ${JSON.stringify(client)};\n`);
  await writeFile(join(installed, "package.json"), '{ "type": "module", "exports": { "./client": "./client.js" } }');
  // Deno loads no source through an installed package.
  const importMap = join(folder, "import-map.json");
  await writeFile(importMap, JSON.stringify({ imports: { "tailslate/client": client } }));
  await writeFile(join(folder, "backend.ts"), await readFile(root("examples/backend.ts")));

  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const deno = ["run", "--allow-all", "--node-modules-dir=manual", `--import-map=${importMap}`];
  const args = [...(process.versions["deno"] === undefined ? [] : deno), join(folder, "backend.ts")];
  const command = {
    name: "the backend",
    path: process.execPath,
    args,
    env: { ...temporalVariables(env), PORT: `${port}` },
  };
  const backend = await startServer(command, () => responds(url));
  t.after(() => backend.stop());
  return url;
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "tailslate-callers-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}
