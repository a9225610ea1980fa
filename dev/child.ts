/**
 * A server as a child process: started, awaited until it answers, stopped by its own id.
 *
 * It lives in a process group of its own, so that Ctrl-C in a terminal reaches this process alone, which may still need
 * its servers to end in an orderly way. No child outlives this process, except one that is killed with SIGKILL.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { atExit } from "./at-exit.ts";

const START_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 5_000;
const TAIL_CHARACTERS = 4_000;

export type Child = {
  /** Resolves once the process has ended, to its exit code or the signal that ended it. */
  ended: Promise<number | string>;
  /** The end of what it wrote. */
  output(): string;
  /** SIGTERM, then SIGKILL. Resolves once it has ended. */
  stop(): Promise<void>;
};

/** What to run, and the name by which people know it. */
export type Command = { name: string; path: string; args: string[]; env?: Record<string, string> };

/** Starts a process and captures its output. */
export function startChild({ path, args, env }: Command): Child {
  const child = spawn(path, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let tail = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-TAIL_CHARACTERS)));
  }
  const takeBack = atExit(() => child.kill("SIGKILL"));
  const ended = ending(child).finally(takeBack);
  return {
    ended,
    output: () => tail.trim(),
    async stop() {
      child.kill("SIGTERM");
      const killing = setTimeout(() => child.kill("SIGKILL"), STOP_PATIENCE_MS);
      await ended;
      clearTimeout(killing);
    },
  };
}

/** Starts a server and resolves when `isReady` says so. Throws with the end of its output when it dies before. */
export async function startServer(command: Command, isReady: () => Promise<boolean>): Promise<Child> {
  const child = startChild(command);
  const patience = AbortSignal.timeout(START_PATIENCE_MS);
  let end: number | string | undefined;
  void child.ended.then((how) => (end = how));

  while (!(await isReady())) {
    if (end !== undefined) throw new Error(`Cannot start ${command.name}: it ended with ${end}\n${child.output()}`);
    if (patience.aborted) {
      await child.stop();
      throw new Error(`Cannot start ${command.name}: not ready in ${START_PATIENCE_MS / 1000} s\n${child.output()}`);
    }
    await delay(25);
  }
  return child;
}

/** Whether a GET of `url` is answered with 200 now. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Ports of 127.0.0.1 that are free now, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => portOf(server.address()));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen() {
  const { promise, resolve, reject } = Promise.withResolvers<ReturnType<typeof createServer>>();
  const server = createServer();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", () => resolve(server));
  return promise;
}

function portOf(address: AddressInfo | string | null) {
  if (address === null || typeof address === "string") throw new Error("Cannot find a free port: no address");
  return address.port;
}

function ending(child: ChildProcess) {
  const { promise, resolve } = Promise.withResolvers<number | string>();
  child.once("error", (error) => resolve(error.message)); // it could not be spawned
  child.once("exit", (code, signal) => resolve(signal ?? code ?? "no exit code"));
  return promise;
}
