/** A message before, with and after the answer of each activity: whichever wins, the story stays coherent. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { Recording } from "../../src/client.ts";
import { forceStop } from "../../src/contract/messages.ts";
import { type Harness, testHarness } from "../support/harness.ts";
import { endOf, stopCalls, tolerateClosed } from "../support/situations.ts";

const harness = testHarness();

const MESSAGES = {
  "the signal cancel": async (_: Harness, recording: Recording) => recording.cancel(),
  "Temporal's cancellation": async ({ client }: Harness, { workflowId }: Recording) => {
    await client.workflow.getHandle(workflowId).cancel();
  },
  forceStop: async ({ client }: Harness, { workflowId }: Recording) =>
    client.workflow.getHandle(workflowId).signal(forceStop, {}),
};

/** Holds the answer of an activity; `release` gives it. */
type Hold = (env: Harness, sid: string) => { arrived: Promise<unknown>; release: () => void };
type Answer = { scenario: "held" | "plain"; hold: Hold };

const ANSWERS: Record<string, Answer> = {
  stopRecording: {
    scenario: "held",
    hold: ({ emulator }, sid) => ({ arrived: emulator.whenCalled("stop", { sid }), release: () => emulator.release() }),
  },
  awaitUpload: {
    scenario: "plain",
    hold: ({ gate }, sid) =>
      gate.hold(({ path }) => path.includes("list-type=2") && path.includes(`prefix=bak0_${sid}`)),
  },
  publishManifest: {
    scenario: "plain",
    hold: ({ gate }, sid) => gate.hold(({ method, path }) => method === "PUT" && path.includes(sid)),
  },
};

for (const [activity, answer] of Object.entries(ANSWERS)) {
  for (const [message, send] of Object.entries(MESSAGES)) {
    describe(`${message} and the answer of ${activity}`, () => {
      test("the message first", async () =>
        race(answer, async ({ env, recording, release }) => {
          await send(env, recording);
          await recording.status(); // the workflow has heard of it
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
  // Agora said 200 to the one stop, and nobody may say otherwise.
  assert.deepEqual(
    { stops, stop: status.stop?.status, phase: status.phase },
    { stops: 1, stop: "accepted", phase: "done" },
  );
  if (ended === "canceled") return;
  assert.equal(status.outcome, ended.outcome);
  assert.equal(ended.manifest === null, ended.outcome === "cancelled" || ended.outcome === "not-found");
  if (ended.outcome !== "cancelled" && !ended.forced) assert.equal(ended.outcome, "verified");
}
