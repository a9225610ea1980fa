/**
 * A server as a child process: started, awaited until it answers, stopped by its own id.
 *
 * It never outlives this process, however this one ends: a small shell holds the child and the reading end of a pipe, and
 * ends the child when the pipe closes. That holds for a crash and for SIGKILL too, where no exit handler runs (Deno runs
 * none after an uncaught error either). The shell has a process group of its own, so that Ctrl-C in a terminal reaches this
 * process alone, which may still need its servers to end in an orderly way.
 */
import { spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

const START_PATIENCE_MS = 60_000;
const TAIL_CHARACTERS = 4_000;

/** First argument: a folder to remove at the end, or nothing. The others: the command. SIGTERM, and SIGKILL after 5 s. */
const KEEPER = `
folder=$1; shift
exec 3<&0
"$@" 3<&- </dev/null &
child=$!
{ read -r _ <&3; kill "$child"; sleep 5; kill -KILL "$child"; } >/dev/null 2>&1 &
keeper=$!
wait "$child"; code=$?
kill "$keeper"
[ -z "$folder" ] || rm -rf -- "$folder"
exit "$code"
`;

export type Child = {
  /** Resolves once the process has ended, to its exit code (128 and the signal's number, where a signal ended it). */
  ended: Promise<number>;
  /** The end of what it wrote. */
  output(): string;
  /** SIGTERM, then SIGKILL. Resolves once it has ended. */
  stop(): Promise<void>;
};

export type Command = {
  /** For people. */
  name: string;
  path: string;
  args: string[];
  env?: Record<string, string>;
  /** A folder that goes when the process ends. */
  folder?: string;
};

/** Starts a process and captures its output. */
export function startChild({ path, args, env, folder }: Command): Child {
  const child = spawn("/bin/sh", ["-c", KEEPER, "sh", folder ?? "", path, ...args], {
    detached: true,
    stdio: "pipe",
    env: { ...process.env, ...env },
  });
  let tail = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-TAIL_CHARACTERS)));
  }
  const { promise: ended, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("exit", (code) => resolve(code ?? 0));
  return {
    ended,
    output: () => tail.trim(),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Starts a server and resolves when `isReady` says so. Throws with the end of its output when it dies before. */
export async function startServer(command: Command, isReady: () => Promise<boolean>): Promise<Child> {
  const child = startChild(command);
  const patience = AbortSignal.timeout(START_PATIENCE_MS);
  let end: number | undefined;
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

/** Whether a GET of `url` is answered with anything now: for servers that have no page that says that they are well. */
export async function responds(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: "manual" });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/** Ports of 127.0.0.1 that are free now, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => getPort(server.address()));
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

function getPort(address: AddressInfo | string | null) {
  if (address === null || typeof address === "string") throw new Error("Cannot find a free port: no address");
  return address.port;
}
