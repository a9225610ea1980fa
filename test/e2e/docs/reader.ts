/** A reader of the documentation, who types what a page shows into a shell, in a copy of the repository. */
import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { type Child, freePorts, startChild } from "../../../dev/servers/child.ts";
import { findTemporalCli } from "../../../dev/servers/temporal-server.ts";
import { SECRETS, testHarness } from "../../support/harness.ts";
import { LATER } from "../../support/situations.ts";
import { blocksOf, type Page, ROOT, type ShellCommand } from "./pages.ts";

export type Reader = {
  /** Runs one to its end or, if it is a server, until it says that it is ready. Throws when it fails. */
  run(command: ShellCommand): Promise<void>;
};

const harness = testHarness();
const OURS = /^(AGORA|TAILSLATE|TEMPORAL)_/;
/** Commands that run until a signal ends them. */
const SERVER = /^((tailslate|node src\/cli\.ts) (worker|webhook|emulate)|(node|bun|deno run .*) src\/worker\.ts)/;
const PATIENCE_MS = 60_000;

/** Every variable is remembered from one command to the next, as by a shell that stays open. */
const RECALL = "set -a; [ ! -f .state ] || . ./.state";
const REMEMBER = 'code=$?; export -p > .state; exit "$code"';

/** Opens a shell for one page; it ends with the test, and so do the servers that were started in it. */
export async function openReader(t: TestContext, page: Page): Promise<Reader> {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-docs-"));
  const servers: Child[] = [];
  t.after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true });
  });
  for (const name of await readdir(ROOT)) await symlink(join(ROOT, name), join(folder, name));

  const env = await environment(folder);
  await writeSettings(page, { folder, env });
  const { emulator, input } = await harness();
  await writeFile(join(folder, "input.json"), JSON.stringify(input(await emulator.record())));
  const ports = await freePorts(2);
  return {
    async run({ text }) {
      const filled = (await withSid(text)).replaceAll(
        /\b(8080|8090)\b/g,
        (port) => `${ports[port === "8080" ? 0 : 1]}`,
      );
      if (SERVER.test(text)) servers.push(await startInShell({ folder, env, text: filled }));
      else await runInShell({ folder, env, text: filled });
    },
  };
}

/** The tests' servers, worker and store, an account of the emulator's, and `tailslate` as if it were installed. */
async function environment(folder: string): Promise<Record<string, string>> {
  const { variables: env, emulator } = await harness();
  const programs = join(folder, "programs");
  await mkdir(programs);
  await writeFile(join(programs, "tailslate"), '#!/bin/sh\nexec node src/cli.ts "$@"\n');
  await chmod(join(programs, "tailslate"), 0o755);
  const path = [programs, dirname(process.execPath), dirname(await findTemporalCli()), process.env["PATH"]];
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || (OURS.test(name) && name !== "TAILSLATE_WORKFLOW_BUNDLE") ? [] : [[name, value]],
  );
  return {
    ...Object.fromEntries(inherited),
    ...env,
    PATH: path.join(delimiter),
    TAILSLATE_STORE_REGION: "0",
    AGORA_APP_ID: "0123456789abcdef0123456789abcdef",
    AGORA_CUSTOMER_ID: SECRETS.customerId,
    AGORA_CUSTOMER_SECRET: SECRETS.customerSecret,
    AGORA_BASE_URLS: emulator.url,
  };
}

/** Fills in the page's `settings.env`; every name in it must be one that is known here. */
async function writeSettings(page: Page, { folder, env }: Surroundings): Promise<void> {
  const shown = blocksOf(page).find(({ language }) => language === "ini");
  if (shown === undefined) return;
  const names = shown.lines.map((line) => line.split("=")[0] ?? "");
  const unknown = names.filter((name) => env[name] === undefined);
  if (unknown.length > 0) throw new Error(`Cannot fill in the settings of ${page.file}: ${unknown.join(", ")}`);
  await writeFile(join(folder, "settings.env"), names.map((name) => `${name}='${env[name]}'\n`).join(""));
}

/** What `SID` means in a command: a recording that can still be hurried or given up where the command does that, else one that is done. */
async function withSid(text: string): Promise<string> {
  if (!/\bSID\b/.test(text)) return text;
  const { emulator, recordings, input } = await harness();
  const changesIt = /\b(cancel|force-stop|signal|update)\b/.test(text);
  const recorded = await emulator.record();
  const recording = await recordings.finalize(input(recorded, changesIt ? { stop: { at: LATER } } : {}));
  if (!changesIt) await recording.result();
  return text.replaceAll(/\bSID\b/g, recorded.sid);
}

type Surroundings = { folder: string; env: Record<string, string> };

async function startInShell({ folder, env, text }: Surroundings & { text: string }): Promise<Child> {
  const script = `cd '${folder}'\n${RECALL}\nexec ${text}`;
  const server = startChild({ name: text, path: "/bin/sh", args: ["-c", script], env });
  let code: number | undefined;
  void server.ended.then((how) => (code = how));
  while (!/^tailslate \w+ ready/m.test(server.output())) {
    if (code !== undefined) throw new Error(`ended with ${code} instead of serving:\n${server.output()}`);
    await delay(25);
  }
  return server;
}

async function runInShell({ folder, env, text }: Surroundings & { text: string }): Promise<void> {
  const child = spawn("/bin/sh", ["-c", `${RECALL}\n${text}\n${REMEMBER}`], {
    cwd: folder,
    env,
    detached: true, // a group of its own, which ends as a whole
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => (output += part));
  const patience = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), PATIENCE_MS);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(patience);
  if (code === null) throw new Error(`was still running after ${PATIENCE_MS / 1000} s:\n${output}`);
  if (code !== 0) throw new Error(`ended with ${code}:\n${output}`);
}
