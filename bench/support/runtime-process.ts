/** A program of ours as a process on one of the three runtimes, with its process id, so that its use can be measured. */
import { spawn } from "node:child_process";
import process from "node:process";

import { buildCommand, type RuntimeName } from "../../dev/runtimes.ts";

export type RuntimeProcess = {
  pid: number;
  /** The line in which it said that it is ready. */
  ready: string;
  /** From the start of the process to that line. */
  seconds: number;
  /** Lets it drain. */
  stop(): Promise<void>;
};

/** Of what it has written last. */
const LOG_CHARACTERS = 2000;

/** Starts `script` and waits for its line with the word "ready". What it writes to stderr is shown when it fails. */
export async function startRuntime(
  runtime: RuntimeName,
  { script, env, flags = [] }: { script: string; env: Record<string, string>; flags?: string[] },
): Promise<RuntimeProcess> {
  const { path, args } = buildCommand(runtime, { script, flags });
  const start = performance.now();
  const child = spawn(path, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const { promise: line, resolve, reject } = Promise.withResolvers<string>();
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log = (log + text).slice(-LOG_CHARACTERS)));
  void ended.then(() =>
    reject(new Error(`Cannot measure ${script} on ${runtime}: it ended before it was ready\n${log}`)),
  );
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (text.includes("ready")) resolve(text.trim());
  });
  const ready = await line;
  return {
    pid: child.pid ?? 0,
    ready,
    seconds: (performance.now() - start) / 1000,
    async stop() {
      process.removeListener("exit", kill);
      child.kill();
      await ended;
    },
  };
}
