import { activityInfo, cancellationSignal, Context } from "@temporalio/activity";

import type { StopAnswer } from "../../agora/answers.ts";
import type { AgoraRecording, StopReply } from "../../agora/client.ts";
import type { StopEvidence } from "../../contract/evidence.ts";
import { failure } from "../../contract/failures.ts";
import type { Finalization } from "../../contract/input.ts";
import { agoraOf, type Dependencies } from "../dependencies.ts";
import { withHeartbeats } from "../heartbeats.ts";
import { beforeDeadline, type Clock, temporalClock } from "../retry-delay.ts";
import { bucketShowsTheEnd, type Known, knownAfterStop } from "./end-signs.ts";
import { inherited, isMissingForGood, recall, remember, type StopMemory } from "./attempts.ts";

export type StopRequest = {
  input: Finalization;
  /** No grace for a 404: somebody forced the stop, or Agora has said that the session ended. */
  hurried: boolean;
  /** Another activity may have sent a stop before. */
  repeated: boolean;
};

/** Agora's advice for repeating a request is 1, 3 and 6 s; in a longer outage it is asked less often. */
const DELAYS_MS = [1000, 3000, 6000, 10_000];
const LONGEST_DELAY_MS = 15_000;

/**
 * Sends one stop and reports what became of it. Fails as `StopRejected` when the request itself is wrong, and as
 * `AgoraUnavailable` or `CredentialsRejected`, for Temporal to try again, while there is no clear answer.
 */
export function stopRecording(dependencies: Dependencies) {
  return async ({ input, hurried, repeated }: StopRequest): Promise<StopEvidence> => {
    const agora = agoraOf(dependencies, input.recording.account);
    const recording = agoraRecording(input);
    const method = methodOf(input);
    const memory = recall();
    const { host } = memory;
    const clock = temporalClock(activityInfo());
    const signal = signalInFlight();
    // What follows is short: a query, or a glance at the bucket behind the heartbeat of `remember`.
    const reply = await withHeartbeats(inherited, async () => agora.stop(recording, { method, host, signal }));

    const { verdict } = reply;
    const known = async (answer: StopAnswer, over: boolean): Promise<Known> => {
      const after = await knownAfterStop(agora, { recording, host, answer, signal });
      return { ...after, sessionOver: after.sessionOver || over };
    };
    if (verdict.kind === "accepted") return report("accepted", await known(verdict.answer, method === "sync"));
    if (verdict.kind === "ending") {
      const status = repeated ? "accepted" : tooLate(memory);
      return report(status, await known(NO_FILES, status === "already-ended"));
    }
    if (verdict.kind === "nothing-recorded") return report("nothing-recorded", NOTHING_LEFT);
    if (verdict.kind === "rejected") throw failure("StopRejected", reply.says, { details: factsOf(reply) });

    const next = remember(memory, reply);
    const isMissing = verdict.kind === "missing";
    if (isMissing && isMissingForGood(next)) return report(tooLate(next), NOTHING_LEFT);
    // Without its grace a 404 that may pass counts as the end too, and proves nothing of an earlier stop.
    if (isMissing && hurried) return report("already-ended", NOTHING_LEFT);
    if (await bucketShowsTheEnd(dependencies, input)) return report(tooLate(next), NOTHING_LEFT);
    throw unanswered(reply, clock);
  };
}

/**
 * Aborts when the worker has no more time, and not when somebody gives up on the recording, of which a heartbeat tells: a
 * stop in flight is not taken back, and its answer is recorded.
 */
function signalInFlight(): AbortSignal {
  const context = Context.current();
  const signal = cancellationSignal();
  const inFlight = new AbortController();
  signal.addEventListener("abort", () => {
    if (context.cancellationDetails?.cancelRequested !== true) inFlight.abort(signal.reason);
  });
  return inFlight.signal;
}

/** The session has ended: if a stop of ours may have got through without an answer, it was that one. */
function tooLate({ answerLost }: StopMemory): "accepted" | "already-ended" {
  return answerLost ? "accepted" : "already-ended";
}

function methodOf({ stop }: Finalization): "async" | "sync" {
  return stop.method === "sync" ? "sync" : "async";
}

const NO_FILES: StopAnswer = { files: [], uploadingStatus: null };

/** The session is over, and Agora says no more of it. */
const NOTHING_LEFT: Known = { named: [], namedBy: "stop", uploadingStatus: null, sessionOver: true };

function report(status: StopEvidence["status"], known: Known): StopEvidence {
  return { status, at: new Date().toISOString(), attempts: activityInfo().attempt, ...known };
}

function unanswered(reply: StopReply, clock: Clock): Error {
  const { verdict, says } = reply;
  const info = activityInfo();
  const pauseMs = verdict.kind === "throttled" ? (verdict.retryAfterMs ?? 0) : 0;
  const delayMs = Math.max(pauseMs, DELAYS_MS[info.attempt - 1] ?? LONGEST_DELAY_MS);
  return failure(verdict.kind === "credentials" ? "CredentialsRejected" : "AgoraUnavailable", says, {
    details: factsOf(reply),
    retryInMs: beforeDeadline(delayMs, { info, clock }),
  });
}

/** For operators and for Agora's support: numbers and ids only. */
function factsOf({ status, code, requestId }: StopReply): object {
  return { attempts: activityInfo().attempt, status, code, ...(requestId !== undefined && { requestId }) };
}

function agoraRecording({ recording: { appId, resourceId, sid, mode, cname, uid } }: Finalization): AgoraRecording {
  if (resourceId === undefined)
    throw failure("InputInvalid", "Cannot stop the recording: recording.resourceId is missing");
  return { appId, resourceId, sid, mode, cname, uid };
}
