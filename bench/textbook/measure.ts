/** The textbook workflow, run on a worker in this process and counted. */
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";

import { type HistoryCost, historyCost } from "../support/history-cost.ts";
import type { Rig } from "../support/rig.ts";
import { textbookActivities } from "./activities.ts";
import type { textbook } from "./workflow.ts";

Runtime.install({ logger: new DefaultLogger("WARN") });

const TASK_QUEUE = "textbook";

export async function startTextbook({ emulator, bucket, address }: Rig): Promise<{ stop(): Promise<void> }> {
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue: TASK_QUEUE,
    workflowsPath: new URL("./workflow.ts", import.meta.url).pathname,
    activities: textbookActivities({ url: emulator.url, bucket }),
  });
  const running = worker.run();
  return {
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}

/** Ends a recording of which the emulator says that often but once that its upload goes on. */
export async function measureTextbook({ emulator, client }: Rig, polls: number): Promise<HistoryCost> {
  const goesOn = { status: 200, body: { serverResponse: { status: 6 } } };
  const query = Array.from({ length: polls - 1 }, () => goesOn);
  const recording = await emulator.record({ scenario: { query, queriesWhileExiting: 1 } });
  const handle = await client.workflow.start<typeof textbook>("textbook", {
    workflowId: `textbook-${recording.sid}`,
    taskQueue: TASK_QUEUE,
    args: [{ recording, intervalMs: 1000 }],
  });
  await handle.result();
  return historyCost(handle);
}
