/**
 * Very many short histories against the reference: after any messages in any order the workflow is where the tables
 * say. A failure prints the shortest history that shows it, and the seed that repeats it.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { after, test } from "node:test";

import * as fc from "fast-check";

import type { Status } from "../../../src/contract/messages.ts";
import { bundleWorkflows } from "../../../src/worker/workflow-bundle.ts";
import { answerOf, notificationOf } from "./answers.ts";
import { begin, canForce, type Event, applyEvent, type Model, replies, type Setting } from "./reference.ts";
import { createSandbox, type Sandboxed } from "./sandbox.ts";
import { anyStep, type Step } from "./steps.ts";

/** For more: `TAILSLATE_MODEL_HISTORIES=100000 node --test test/workflows/model/model.test.ts`. */
const HISTORIES = Number(process.env["TAILSLATE_MODEL_HISTORIES"] ?? 1000);

const SETTINGS: Setting[] = [
  { scheduled: false, method: "async", files: true },
  { scheduled: true, method: "async", files: true },
  { scheduled: false, method: "none", files: true },
  { scheduled: false, method: "async", files: false },
];

test("the workflow does what the tables say, whatever comes in whatever order", async () => {
  const path = process.env["TAILSLATE_WORKFLOW_BUNDLE"];
  const sandbox = await createSandbox(path ? await readFile(path, "utf8") : (await bundleWorkflows()).code);
  after(async () => sandbox.close());

  const histories = fc.asyncProperty(
    fc.constantFrom(...SETTINGS),
    fc.array(anyStep, { maxLength: 16 }),
    async (setting, history) => {
      const workflow = await sandbox.start({});
      try {
        await play({ workflow, setting, history });
      } finally {
        await workflow.end();
      }
    },
  );
  await fc.assert(histories, { numRuns: HISTORIES });
});

type Play = { workflow: Sandboxed; setting: Setting; history: Step[] };

/** Plays a history to both sides; then answers nothing more and lets time pass, until both have ended. */
async function play({ workflow, setting, history }: Play): Promise<void> {
  const model = begin(setting);
  const startedMs = workflow.nowMs();
  assertSame(workflow, model);
  for (const step of history) await both(step);
  for (let steps = 0; model.ended === null; steps += 1) {
    assert.ok(steps < 20, "it never ends");
    await both(model.running.step === "validate" ? { kind: "reply", pick: 0 } : { kind: "pass", ms: 1_000_000 });
  }
  assert.equal(workflow.unanswered(), 0, "an update was left without an answer");

  async function both(step: Step): Promise<void> {
    const event = eventOf(step, model);
    if (event === undefined || model.ended !== null) return;
    if (event.kind === "requestForceStop") assert.equal(await workflow.update(event.kind), canForce(model));
    else if (event.kind === "reply")
      await workflow.answer(newestActivity(workflow), answerOf(event.reply, { setting, startedMs }));
    else await applyToWorkflow(workflow, event);
    applyEvent(model, event);
    assertSame(workflow, model);
    if (model.ended === null) assertStatus(await workflow.status(), model);
  }
}

function eventOf(step: Step, model: Model): Event | undefined {
  if (step.kind !== "reply") return step;
  const possible = replies(model);
  const reply = possible[step.pick % possible.length];
  return reply && { kind: "reply", reply };
}

async function applyToWorkflow(workflow: Sandboxed, event: Exclude<Event, { kind: "reply" }>): Promise<void> {
  switch (event.kind) {
    case "cancel":
    case "forceStop":
      return workflow.signal(event.kind, {});
    case "notification":
      return workflow.signal("agoraNotification", notificationOf(event));
    case "temporalCancel":
      return workflow.cancel();
    case "pass":
      return workflow.pass(event.ms);
    case "awaitStopped":
    case "requestForceStop":
      await workflow.update(event.kind);
  }
}

/** An activity that was left behind may still be pending before it. */
function newestActivity(workflow: Sandboxed) {
  const activity = workflow.pending().at(-1);
  return activity ?? assert.fail("no activity is pending");
}

function assertSame(workflow: Sandboxed, model: Model): void {
  const ended = workflow.ended();
  if (ended === undefined || model.ended === null) {
    assert.equal(ended, undefined);
    assert.equal(model.ended, null);
    if (model.running.step !== "due") assert.deepEqual(describeActivity(workflow), describeModel(model));
    return;
  }
  if (ended.as !== "completed")
    return assert.equal(ended.as === "failed" ? "failed" : "temporal-cancelled", model.ended);
  const { outcome, forced, stop, backup } = ended.result;
  const expected = { outcome: model.ended, forced: model.forced, stop: model.stop, backup: model.backup };
  assert.deepEqual({ outcome, forced, stop: stop.status, backup: backup?.detectedBy ?? null }, expected);
}

/** The activity that is waited for, as far as the tables speak of it. */
function describeActivity(workflow: Sandboxed): object {
  const { type, cancelRequested, request } = newestActivity(workflow);
  return { type, cut: cancelRequested, mustDecide: readMustDecide(request) };
}

function readMustDecide(request: unknown): boolean {
  return typeof request === "object" && request !== null && "mustDecide" in request && request.mustDecide === true;
}

function describeModel({ running: step, phase }: Model): object {
  switch (step.step) {
    case "validate":
      return { type: "validateInput", cut: false, mustDecide: false };
    case "stop":
      return { type: "stopRecording", cut: step.cut, mustDecide: false };
    case "look":
      return { type: phase === "backup" ? "awaitBackup" : "awaitUpload", cut: false, mustDecide: false };
    case "publish":
      return { type: "publishManifest", cut: step.cut, mustDecide: step.final };
    case "due":
    case "nothing":
      return {};
  }
}

function assertStatus({ phase, forced, stop, backup }: Status, model: Model): void {
  const expected = { phase: model.phase, forced: model.forced, stop: model.stop, backup: model.backup };
  assert.deepEqual({ phase, forced, stop: stop?.status ?? null, backup: backup?.detectedBy ?? null }, expected);
}
