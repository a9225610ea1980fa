/** A worker process for the floor: two queues, as ours has with one Agora account. */
import process from "node:process";
import { fileURLToPath } from "node:url";

import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";

import { floorActivities } from "./activities.ts";
import { FLOOR_TASK_QUEUE } from "./task-queue.ts";

Runtime.install({ logger: new DefaultLogger("WARN") });
const connection = await NativeConnection.connect({ address: process.env["TEMPORAL_ADDRESS"] ?? "" });
const workflowsPath = fileURLToPath(new URL("./workflow.ts", import.meta.url));
const activities = floorActivities;
const workers = await Promise.all([
  Worker.create({ connection, taskQueue: FLOOR_TASK_QUEUE, workflowsPath, activities }),
  Worker.create({ connection, taskQueue: `${FLOOR_TASK_QUEUE}-account`, activities }),
]);
const running = Promise.all(workers.map(async (worker) => worker.run()));
process.stdout.write("floor worker ready\n");
await running;
await connection.close();
