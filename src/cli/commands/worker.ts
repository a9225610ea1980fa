/** `tailslate worker`: the worker process, as `src/worker.ts` runs it. */
import type { Command } from "commander";

import { runWorker } from "../../worker/run-worker.ts";
import type { CommandContext } from "../context.ts";

export function addWorkerCommand(program: Command, { host, exit }: CommandContext): void {
  program
    .command("worker")
    .description("run a worker until SIGTERM")
    .action(async () => exit(await runWorker(host)));
}
