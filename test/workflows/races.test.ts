/** A message before, with and after the answer of each activity: whichever wins, result, status and calls agree. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { Recording } from "../../src/client.ts";
import { forceStop } from "../../src/contract/messages.ts";
import { type Harness, testHarness } from "../support/harness.ts";
import { endOf, stopCalls, tolerateClosed } from "../support/situations.ts";

const harness = testHarness();

type Message = (env: Harness, recording: Recording) => Promise<void>;

const cancelBySignal: Message = async (_, recording) => recording.cancel();
const cancelByTemporal: Message = async ({ client }, { workflowId }) => {
  await client.workflow.getHandle(workflowId).cancel();
};
const forceStopBySignal: Message = async ({ client }, { workflowId }) =>
  client.workflow.getHandle(workflowId).signal(forceStop, {});

/** Holds the answer of an activity; `release` gives it. */
type Answer = {
  scenario: "held" | "plain";
  hold: (env: Harness, sid: string) => { arrived: Promise<unknown>; release: () => void };
};

const stopAnswer: Answer = {
  scenario: "held",
  hold: ({ emulator }, sid) => ({ arrived: emulator.whenCalled("stop", { sid }), release: () => emulator.release() }),
};
const lookAnswer: Answer = {
  scenario: "plain",
  hold: ({ gate }, sid) => gate.hold(({ path }) => path.includes("list-type=2") && path.includes(`prefix=bak0_${sid}`)),
};
const manifestAnswer: Answer = {
  scenario: "plain",
  hold: ({ gate }, sid) => gate.hold(({ method, path }) => method === "PUT" && path.includes(sid)),
};

for (const { cell, send, answer } of [
  { cell: "the signal cancel and Agora's answer to the stop", send: cancelBySignal, answer: stopAnswer },
  { cell: "the signal cancel and the store's answer to a look", send: cancelBySignal, answer: lookAnswer },
  { cell: "the signal cancel and the store's answer to the manifest", send: cancelBySignal, answer: manifestAnswer },
  { cell: "Temporal's cancellation and Agora's answer to the stop", send: cancelByTemporal, answer: stopAnswer },
  { cell: "Temporal's cancellation and the store's answer to a look", send: cancelByTemporal, answer: lookAnswer },
  {
    cell: "Temporal's cancellation and the store's answer to the manifest",
    send: cancelByTemporal,
    answer: manifestAnswer,
  },
  { cell: "forceStop and Agora's answer to the stop", send: forceStopBySignal, answer: stopAnswer },
  { cell: "forceStop and the store's answer to a look", send: forceStopBySignal, answer: lookAnswer },
  { cell: "forceStop and the store's answer to the manifest", send: forceStopBySignal, answer: manifestAnswer },
]) {
  describe(cell, () => {
    test("the message first", async () =>
      race(answer, async ({ env, recording, release }) => {
        await send(env, recording);
        await recording.status(); // the workflow has received it
        release();
      }));
    test("both at once", async () =>
      race(answer, async ({ env, recording, release }) => {
        const sent = send(env, recording);
        release();
        await tolerateClosed(sent);
      }));
    test("the answer first", async () =>
      race(answer, async ({ env, recording, release }) => {
        release();
        await tolerateClosed(send(env, recording));
      }));
  });
}

type Racer = { env: Harness; recording: Recording; release: () => void };

async function race({ scenario, hold }: Answer, act: (racer: Racer) => Promise<void>): Promise<void> {
  const env = await harness();
  const recorded = await env.emulator.record({ scenario });
  const held = hold(env, recorded.sid);
  const recording = await env.recordings.finalize(env.input(recorded));
  await held.arrived;
  await act({ env, recording, release: held.release });
  const ended = await endOf(recording);
  assertCoherent(ended, await recording.status(), stopCalls(env, recorded));
}

function assertCoherent(
  ended: Awaited<ReturnType<typeof endOf>>,
  status: Awaited<ReturnType<Recording["status"]>>,
  stops: number,
): void {
  // Agora answered 200: status and result must agree. A forced stop goes beside the one that is under way.
  const isForced = ended !== "canceled" && ended.forced;
  assert.ok(stops === 1 || (isForced && stops === 2), `${stops} stops were sent`);
  assert.deepEqual({ stop: status.stop?.status, phase: status.phase }, { stop: "accepted", phase: "done" });
  if (ended === "canceled") return;
  assert.equal(status.outcome, ended.outcome);
  assert.equal(ended.manifest === null, ended.outcome === "cancelled" || ended.outcome === "not-found");
  if (ended.outcome !== "cancelled" && !ended.forced) assert.equal(ended.outcome, "verified");
}
