/** A process that can be killed as a machine's failure kills it: with SIGKILL, at once. It never outlives this one. */
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { type Child, type Command, startChild } from "../../../dev/servers/child.ts";

export type Killable = Child & { kill(): Promise<void> };

/** Starts a process behind a shell that says its own id and then becomes it. */
export async function startKillable(command: Command): Promise<Killable> {
  const args = ["-c", 'echo "pid $$"; exec "$@"', "sh", command.path, ...command.args];
  const child = startChild({ ...command, path: "/bin/sh", args });
  const pid = await idOf(child);
  return {
    ...child,
    async kill() {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it has ended by itself
      }
      await child.ended;
    },
  };
}

/** Resolves when it has written so: with `false` where it ends before. */
export async function untilOutput(child: Child, text: string): Promise<boolean> {
  const over = child.ended.then(() => true);
  for (let isOver = false; !child.output().includes(text); isOver = await Promise.race([over, delay(25, false)])) {
    if (isOver) return false;
  }
  return true;
}

async function idOf(child: Child): Promise<number> {
  for (;;) {
    const pid = /^pid (\d+)/.exec(child.output())?.[1];
    if (pid !== undefined) return Number(pid);
    await delay(5);
  }
}
