/** What the open workflows of a task queue wait for, as Temporal describes it, and the emulator's last calls. */
import { setTimeout as delay } from "node:timers/promises";

import type { Client } from "@temporalio/client";

import { sidOfWorkflow } from "../../src/contract/names.ts";
import { searchAttributes } from "../../src/contract/search-attributes.ts";
import type { Emulator } from "../../src/emulator/emulator.ts";

type Source = { client: Client; taskQueue: string; emulator: Emulator };

const CALLS = 10;
/** By Temporal's number. */
const STATES = ["unknown", "due", "running", "to be cancelled"];

export async function describePending({ client, taskQueue, emulator }: Source): Promise<string> {
  const lines = [`Task queue ${taskQueue}:`];
  const query = `TaskQueue = "${taskQueue}" AND ExecutionStatus = "Running"`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    lines.push(...(await describeWorkflow(client, workflowId)), `    ${await describeUpload(emulator, workflowId)}`);
  }
  lines.push(`Emulator, the last of ${emulator.calls.length} calls:`);
  for (const { at, endpoint, sid, status } of emulator.calls.slice(-CALLS)) {
    lines.push(`  ${at} ${endpoint} ${sid ?? ""} answered ${status ?? "nothing"}`);
  }
  return lines.join("\n");
}

async function describeWorkflow(client: Client, workflowId: string): Promise<string[]> {
  const { typedSearchAttributes, historyLength, raw } = await client.workflow.getHandle(workflowId).describe();
  const phase = typedSearchAttributes.get(searchAttributes.phase) ?? "no phase";
  const activities = (raw.pendingActivities ?? []).map(
    ({ activityType, state, attempt, lastFailure }) =>
      `    ${activityType?.name}, ${STATES[state ?? 0]}, attempt ${attempt}: ${lastFailure?.message ?? "no failure"}`,
  );
  return [`  ${workflowId}: ${phase}, ${historyLength} events`, ...activities];
}

/** An upload that the store refused is seen nowhere else. */
async function describeUpload(emulator: Emulator, workflowId: string): Promise<string> {
  const uploaded = emulator.whenUploaded(sidOfWorkflow(workflowId) ?? "").then(
    () => "all is uploaded",
    (error: unknown) => `the upload failed: ${String(error)}`,
  );
  return Promise.race([uploaded, delay(100, "uploads go on, or wait for the end of the session")]);
}
