// Runs on Node alone: it runs what was packed on all three itself
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { storeEnvironment } from "../../../dev/servers/s3-gateway.ts";
import { createS3Bucket } from "../../../src/bucket/s3/s3.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { QUICK, SECRETS } from "../../support/harness.ts";
import { testServers } from "../../support/servers.ts";
import { installPackage, type InstalledPackage } from "./installed-package.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const installedTool = (name: string) => join(ROOT, "node_modules/.bin", name);
const DENO = ["run", "--allow-all", "--node-modules-dir=manual"];

/** How people run an installed `tailslate worker`, and a script of their own. */
const RUNTIMES = [
  { name: "Node", path: process.execPath, script: [], worker: { path: "npx", args: ["--no-install", "tailslate"] } },
  {
    name: "Bun",
    path: installedTool("bun"),
    script: [],
    worker: { path: installedTool("bun"), args: ["x", "--bun", "tailslate"] },
  },
  {
    name: "Deno",
    path: installedTool("deno"),
    script: DENO,
    worker: { path: installedTool("deno"), args: [...DENO, "node_modules/tailslate/dist/cli.js"] },
  },
];

/** An app backend. The directive fails the type check where `finalize` takes anything. */
const CONSUMER = `
import process from "node:process";
import { connect, type FinalizeInput, type FinalizeResult } from "tailslate/client";

const [, , taskQueue = "", input = ""] = process.argv;
const recordings = await connect({ taskQueue });
const typed: FinalizeInput = JSON.parse(input);
const recording = await recordings.finalize(typed);
const result: FinalizeResult = await recording.result();
console.log(JSON.stringify(result));
await recordings.close();

// @ts-expect-error
export const wrong: Parameters<typeof recordings.finalize>[0] = { recording: { sid: 1 } };
`;

let installing: Promise<InstalledPackage> | undefined;
const installed = () => (installing ??= installPackage());
const servers = testServers();
after(async () => (await installing?.catch(() => undefined))?.remove());

test("the package holds compiled code, its schemas and media, and no source, test or tool", async () => {
  const { files } = await installed();
  const other = files.filter((path) => !/^(dist|schema)\/|^(package\.json|LICENSE|README\.md)$/.test(path));
  assert.deepEqual(other, []);
  assert.deepEqual(
    files.filter((path) => /(?<!\.d)\.ts$|\.test\.|\.sh$/.test(path)),
    [],
  );
  for (const needed of [
    "dist/cli.js",
    "dist/client.d.ts",
    "dist/worker/workflow-bundle.cjs",
    "dist/emulator/media/mix-0.mp4",
  ])
    assert.ok(files.includes(needed), needed);
});

test("the installed command knows its version", async () => {
  const { run } = await installed();
  const printed = await run({ path: "npx", args: ["--no-install", "tailslate", "--version"] });
  assert.match(printed, /^\d+\.\d+\.\d+\n$/);
});

test("no file of the package, nor the source map in its bundle, names a folder of this machine", async () => {
  const { folder, files } = await installed();
  for (const path of files) {
    const content = await readFile(join(folder, "node_modules/tailslate", path), "latin1");
    const maps = content.match(/(?<=base64,)[A-Za-z0-9+/=]+$/gm) ?? [];
    for (const text of [content, ...maps.map((map) => Buffer.from(map, "base64").toString("latin1"))])
      for (const own of [ROOT, homedir() + "/"]) assert.ok(!text.includes(own), `${path} names ${own}`);
  }
});

test("a consumer's TypeScript type-checks, and no declaration file of the package has an error", async () => {
  const { folder, run } = await installed();
  await writeFile(join(folder, "consumer.ts"), CONSUMER);
  const settings = "--noEmit --strict --target es2024 --module nodenext --types node".split(" ");
  const check = (more: string[]) => run({ path: installedTool("tsc"), args: [...settings, ...more, "consumer.ts"] });
  await check(["--skipLibCheck"]);
  // The SDK's own declarations have errors: `ms`, which they import, has none that `nodenext` finds.
  const [ours] = await check([]).then(
    () => [],
    ({ stdout }) => /^(?!node_modules\/@temporalio\/).*error.*/m.exec(stdout) ?? [],
  );
  assert.equal(ours, undefined);
});

for (const { name, path, script, worker } of RUNTIMES) {
  test(`on ${name} an installed worker and an installed client end a recording verified`, async (t) => {
    const { folder, run, start } = await installed();
    const { temporal, s3 } = await servers();
    const taskQueue = `test-${randomUUID()}`;
    const settings = await s3.createBucket(taskQueue);
    const emulator = await startEmulator({ bucket: createS3Bucket(settings), ...SECRETS });
    t.after(() => emulator.close());

    const connection = { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace };
    const running = await start({
      path: worker.path,
      args: [...worker.args, "worker"],
      env: {
        ...connection,
        TEMPORAL_TASK_QUEUE: taskQueue,
        TAILSLATE_WORKFLOW_BUNDLE: "",
        AGORA_CUSTOMER_ID: SECRETS.customerId,
        AGORA_CUSTOMER_SECRET: SECRETS.customerSecret,
        AGORA_BASE_URLS: emulator.url,
        ...storeEnvironment(settings),
      },
    });
    t.after(() => running.stop());
    assert.match(running.line, new RegExp(`worker ready: ${name} .*prebuilt bundle`));

    await writeFile(join(folder, "consumer.ts"), CONSUMER);
    const input = { recording: await emulator.record({ scenario: "plain" }), ...QUICK };
    const args = [...script, "consumer.ts", taskQueue, JSON.stringify(input)];
    const result = JSON.parse(await run({ path, args, env: connection }));
    assert.equal(result.outcome, "verified");
  });
}
