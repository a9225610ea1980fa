/** What operators run, the worker above all, in a process of its own on the runtime of the test. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import process from "node:process";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

import { DENO_RUN, WORKER } from "../../dev/runtimes.ts";

export type LogLine = { time: string; level: string; message: string; [attribute: string]: unknown };

export type OwnProcess = {
  /** Resolves with the first line of standard output; rejects when the process ends without one. */
  ready: Promise<string>;
  /** Resolves with the exit code, and `null` where a signal ended it. */
  ended: Promise<number | null>;
  stdout(): string;
  /** Without the log and Bun's notices. */
  stderr(): string;
  /** The entries of the log, in their order. */
  log(): LogLine[];
  /** Resolves with the first entry that says all this. */
  logged(wanted: Record<string, string>): Promise<LogLine>;
  /** All that it wrote. */
  output(): string;
  /** SIGTERM. */
  terminate(): void;
};

const COMMAND = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));
const OURS = /^(AGORA|TAILSLATE|TEMPORAL)_/;
const NOTICES = /^(v8\.promiseHooks\.createHook is not available|\{"time":).*\n/gm;
const LOGGED = /^\{"time":.*\}(?=\n)/gm;

/** Starts a worker that has only these of our environment variables. It ends with the test. */
export function startWorkerProcess(t: TestContext, env: Record<string, string>): OwnProcess {
  // To make a bundle takes more: the compiler is native too.
  const permissions = env["TAILSLATE_WORKFLOW_BUNDLE"] ? documentedPermissions() : DENO_RUN;
  return start(t, { script: [WORKER], env, permissions });
}

/** Starts a command of `tailslate`, in the same way. */
export function startCommand(
  t: TestContext,
  { args, env }: { args: string[]; env: Record<string, string> },
): OwnProcess {
  return start(t, { script: [COMMAND, ...args], env, permissions: DENO_RUN });
}

/** The documented command's, with the test's own hosts and files in place of those of production. */
function documentedPermissions(): string[] {
  const page = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
  const [, options = ""] = /^deno (run [^`]+?)\s+src\/worker\.ts$/m.exec(page) ?? [];
  const named = options.split(/[\s\\]+/).filter((option) => option !== "");
  return named.map((option) => {
    if (option.startsWith("--allow-net=")) return "--allow-net=127.0.0.1,0.0.0.0";
    return option.replace("tailslate.config.json", `$&,${tmpdir()}`).replace("$HOME", homedir());
  });
}

type Started = { script: string[]; env: Record<string, string>; permissions: string[] };

function start(t: TestContext, { script, env, permissions }: Started): OwnProcess {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));
  const args = process.versions["deno"] === undefined ? script : [...permissions, ...script];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...inherited, ...env } });

  const written = { stdout: "", stderr: "" };
  const ready = Promise.withResolvers<string>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    written.stdout += text;
    if (written.stdout.includes("\n")) ready.resolve(written.stdout);
  });
  const log = (): LogLine[] => [...written.stderr.matchAll(LOGGED)].map(([line]) => JSON.parse(line));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    written.stderr += text;
    child.emit("logged");
  });

  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  child.once("close", (code) => {
    child.emit("logged");
    ready.reject(new Error(`Cannot start the process: it ended with ${code}\n${written.stderr}`));
    resolve(code);
  });
  ready.promise.catch(() => undefined); // not every test waits for it
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return {
    ready: ready.promise,
    ended,
    stdout: () => written.stdout,
    stderr: () => written.stderr.replaceAll(NOTICES, ""),
    log,
    async logged(wanted) {
      for (;;) {
        const found = log().find((line) => Object.entries(wanted).every(([name, value]) => line[name] === value));
        if (found) return found;
        if (child.stderr.closed) throw new Error(`Cannot wait for the log: the process ended\n${written.stderr}`);
        await once(child, "logged");
      }
    },
    output: () => written.stdout + written.stderr,
    // On Deno `child.kill` makes every later exit look like one by that signal.
    terminate: () => void (child.pid !== undefined && process.kill(child.pid, "SIGTERM")),
  };
}
