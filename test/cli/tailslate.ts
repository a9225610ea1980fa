/** `tailslate` as a person or a script runs it: a process of its own, on the runtime of the test. */
import { spawn } from "node:child_process";
import process from "node:process";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));
const RUN = process.versions["deno"] === undefined ? [] : ["run", "-A", "--node-modules-dir=manual"];
/** Arguments of the runtime that run the command. */
export const COMMAND = [...RUN, CLI];
const OURS = /^(AGORA|TAILSLATE|TEMPORAL)_/;

type Surroundings = { env?: Record<string, string>; input?: string; cwd?: string };

export type Ended = { code: number | null; stdout: string; stderr: string };

export type Running = {
  ended: Promise<Ended>;
  /** Resolves as soon as standard error holds this. */
  says(text: string): Promise<void>;
  /** Ctrl-C. */
  interrupt(): void;
  /** As `| head -1` does once it has its line. */
  readNoMore(): void;
};

/** Runs it to its end. It has only these of our environment variables. */
export async function tailslate(args: string[], surroundings: Surroundings = {}): Promise<Ended> {
  return run(args, surroundings).ended;
}

/** Starts it; it ends with the test at the latest. */
export function startTailslate(t: TestContext, args: string[], surroundings: Surroundings = {}): Running {
  const running = run(args, surroundings);
  t.after(async () => {
    running.kill();
    await running.ended;
  });
  return running;
}

function run(args: string[], { env = {}, input = "", cwd = process.cwd() }: Surroundings): Running & { kill(): void } {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));
  const child = spawn(process.execPath, [...COMMAND, ...args], { cwd, env: { ...inherited, ...env } });
  const written = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => (written.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    written.stderr += text;
    for (const listener of listeners) listener();
  });
  child.stdin.on("error", () => {}); // a command need not read it
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code) => resolve({ code, ...written }));
  });
  return {
    ended,
    says: async (text) =>
      new Promise((resolve, reject) => {
        const look = () => void (written.stderr.includes(text) && resolve());
        listeners.add(look);
        look();
        void ended.then(({ stderr }) => reject(new Error(`It ended and never said "${text}": ${stderr}`)));
      }),
    // On Deno `child.kill` makes every later exit look like one by that signal.
    interrupt: () => void (child.pid !== undefined && process.kill(child.pid, "SIGINT")),
    readNoMore: () => void child.stdout.destroy(),
    kill: () => void child.kill("SIGKILL"),
  };
}
