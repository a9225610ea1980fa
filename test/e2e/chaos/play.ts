/** Plays a plan: records, finalizes, interferes, and does everything else that the plan says, each at its time. */
import { setTimeout as delay } from "node:timers/promises";

import { NamespaceNotFoundError } from "@temporalio/client";

import type { FinalizeResult, Recording } from "../../../src/client.ts";
import type { Recorded } from "../../../src/emulator/recording/record.ts";
import type { Fault, Interference, Plan, PlannedRecording } from "./plan.ts";
import type { ChaosSetup } from "./chaos-setup.ts";
import { CHAOS_CASES, type ChaosCase } from "./cases.ts";

export type Played = {
  planned: PlannedRecording;
  truth: ChaosCase;
  recorded: Recorded;
  /** What it ended with; our words where it did not end, or ended badly. */
  ending: FinalizeResult | { failed: string };
  /** When the interference was sent; `null` if the recording had ended before. */
  interferedAtMs: number | null;
  /** When everything that ever comes had come; `null` where it has not, because the session goes on. */
  uploadedAtMs: number | null;
};

/**
 * After the last recording has begun: an activity whose worker died comes back after half a minute, perhaps more than once,
 * and a machine that was too slow for the run has a backlog.
 */
const END_PATIENCE_MS = 8 * 60_000;
/** A session that was stopped just now, and given up at once, uploads for a moment. */
const UPLOAD_PATIENCE_MS = 10_000;

/** Resolves when every recording has ended, or when patience has. `onEnd` hears of each. */
export async function play(
  setup: ChaosSetup,
  { recordings, faults, onEnd }: Plan & { onEnd: () => void },
): Promise<Played[]> {
  const beganMs = Date.now();
  const untilMs = beganMs + Math.max(...recordings.map(({ atMs }) => atMs)) + END_PATIENCE_MS;
  const at = async <T>(ms: number, act: () => Promise<T>) => {
    await delay(Math.max(0, beganMs + ms - Date.now()));
    return act();
  };
  const chaos = faults.map((fault) => at(fault.atMs, () => inject(setup, fault)));
  const played = recordings.map((planned) =>
    at(planned.atMs, async () => {
      const one = await playRecording(setup, { planned, untilMs });
      onEnd();
      return one;
    }),
  );
  await Promise.all(chaos);
  return Promise.all(played);
}

async function inject(setup: ChaosSetup, fault: Fault): Promise<void> {
  const { temporal, trouble, fleet } = setup;
  const member = "worker" in fault ? fleet.members[fault.worker] : undefined;
  switch (fault.kind) {
    case "kill":
      if (fault.when === "between effects") await untilIdle(setup);
      return member?.kill();
    case "kill at":
      return trouble.trap(fault.point);
    case "Temporal killed":
      if (fault.when === "between effects") await untilIdle(setup);
      trouble.died();
      await temporal.fail(fault.forMs);
      return trouble.died();
    case "trouble":
      return trouble.make(fault.service, fault.way, fault.forMs);
    case "clock":
      return member?.setClock(fault.offByMs);
  }
}

/** Resolves when Temporal knows of no attempt at an activity that runs. */
async function untilIdle({ client }: ChaosSetup): Promise<void> {
  for (let busy = true; busy;) {
    busy = false;
    for await (const { workflowId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
      const { raw } = await client.workflow.getHandle(workflowId).describe();
      busy ||= raw.pendingActivities?.some(({ state }) => Number(state) !== SCHEDULED) ?? false;
    }
  }
}

type PlayOptions = {
  planned: PlannedRecording;
  /** No recording may take longer. */
  untilMs: number;
};

async function playRecording(setup: ChaosSetup, { planned, untilMs }: PlayOptions): Promise<Played> {
  const { emulator, recordings } = setup;
  const truth: ChaosCase = CHAOS_CASES[planned.caseName];
  const where = { fileNamePrefix: [planned.directory] };
  const recorded = await emulator.record({ ...truth.recorded, ...where });
  const files = truth.input.files === null ? null : { ...truth.input.files, ...where };
  const uploadedAt = emulator.whenUploaded(recorded.sid).then(
    () => Date.now(),
    () => null, // the run is over before the upload
  );
  const finalizing = retryWhileAway(() => recordings.finalize({ recording: recorded, ...truth.input, files }));
  const interfering = finalizing.then((recording) => interfere(recording, planned.interference)).catch(() => null);
  const ending = await Promise.race([
    finalizing
      .then((recording) => retryWhileAway(() => recording.result()))
      .catch((error: unknown) => ({ failed: String(error) })),
    delay(untilMs - Date.now(), { failed: "It did not end" }, { ref: false }),
  ]);
  const uploadedAtMs = await Promise.race([uploadedAt, delay(UPLOAD_PATIENCE_MS, null, { ref: false })]);
  return { planned, truth, recorded, ending, interferedAtMs: await interfering, uploadedAtMs };
}

async function interfere(recording: Recording, interference: Interference | null): Promise<number | null> {
  if (interference === null) return null;
  await delay(interference.afterMs);
  const atMs = Date.now();
  try {
    if (interference.kind === "cancel") await retryWhileAway(() => recording.cancel());
    else await retryWhileAway(() => recording.forceStop());
    return atMs;
  } catch {
    return null; // there is nothing left to interfere with
  }
}

/** Tries for as long as Temporal is away: what a backend's own retry does. */
async function retryWhileAway<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isAway(error)) throw error;
      await delay(500);
    }
  }
}

function isAway(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    // A development server that has just started knows its namespace a moment later.
    if (at instanceof NamespaceNotFoundError) return true;
    if ("code" in at && typeof at.code === "number" && AWAY_CODES.has(at.code)) return true;
  }
  return false;
}

/** `PENDING_ACTIVITY_STATE_SCHEDULED` in Temporal's API. */
const SCHEDULED = 1;

/** gRPC's: cancelled, deadline exceeded, resource exhausted, aborted, internal, unavailable. */
const AWAY_CODES = new Set([1, 4, 8, 10, 13, 14]);
