/** The shape of a recording without its content: as many activities, on as many queues, and none does anything. */
import { proxyActivities, proxyLocalActivities, workflowInfo } from "@temporalio/workflow";

import type { FloorActivities } from "./activities.ts";

const { nothing: nothingHere } = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: "10s" });
const { nothing } = proxyActivities<FloorActivities>({ startToCloseTimeout: "10s" });

export async function floor(): Promise<void> {
  const taskQueue = `${workflowInfo().taskQueue}-account`;
  const { nothing: nothingThere } = proxyActivities<FloorActivities>({ taskQueue, startToCloseTimeout: "10s" });
  await nothingHere();
  await nothingThere();
  await nothing();
  await nothing();
}
