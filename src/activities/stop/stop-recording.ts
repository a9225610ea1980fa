import { activityInfo, cancellationSignal, Context } from "@temporalio/activity";

import type { StopAnswer } from "../../agora/answers.ts";
import type { AgoraRecording, StopReply } from "../../agora/client.ts";
import type { StopEvidence } from "../../contract/evidence.ts";
import { failure } from "../../contract/failures.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import { stopDelayMs } from "../../contract/limits.ts";
import { requireAgora, type Dependencies } from "../dependencies.ts";
import { withHeartbeats } from "../heartbeats.ts";
import { delayBeforeDeadline, type Clock, temporalClock } from "../retry-delay.ts";
import { bucketShowsTheEnd, type StopKnowledge, queryAfterStop } from "./end-signs.ts";
import { previousDetails, isMissingForGood, loadPrevious, saveForNext, type StopAttempts } from "./attempts.ts";

export type StopRequest = {
  input: ResolvedInput;
  /** No grace for a 404: somebody forced the stop, or Agora has said that the session ended. */
  hurried: boolean;
  /** Another activity may have sent a stop before. */
  repeated: boolean;
};

/**
 * Sends one stop and reports what became of it. Fails as `StopRejected` when the request itself is wrong, and as
 * `AgoraUnavailable` or `CredentialsRejected`, for Temporal to try again, while there is no clear answer.
 */
export function stopRecording(dependencies: Dependencies) {
  return async ({ input, hurried, repeated }: StopRequest): Promise<StopEvidence> => {
    const agora = requireAgora(dependencies, input.recording.account);
    const recording = toAgoraRecording(input);
    const method = methodOf(input);
    const memory = loadPrevious();
    const { host } = memory;
    const clock = temporalClock(activityInfo());
    const signal = shutdownOnlySignal();
    // What follows is short: a query, or a glance at the bucket behind the heartbeat of `remember`.
    const reply = await withHeartbeats(previousDetails, async () => agora.stop(recording, { method, host, signal }));

    const { verdict } = reply;
    const known = async (answer: StopAnswer, over: boolean): Promise<StopKnowledge> => {
      const after = await queryAfterStop(agora, { recording, host, answer, signal });
      return { ...after, sessionOver: after.sessionOver || over };
    };
    if (verdict.kind === "accepted") return buildReport("accepted", await known(verdict.answer, method === "sync"));
    if (verdict.kind === "ending") {
      const status = repeated ? "accepted" : acceptedOrEnded(memory);
      return buildReport(status, await known(NO_FILES, status === "already-ended"));
    }
    if (verdict.kind === "nothing-recorded") return buildReport("nothing-recorded", NOTHING_LEFT);
    if (verdict.kind === "rejected") throw failure("StopRejected", reply.summary, { details: stopFacts(reply) });

    const next = saveForNext(memory, reply);
    const isMissing = verdict.kind === "missing";
    if (isMissing && isMissingForGood(next)) return buildReport(acceptedOrEnded(next), NOTHING_LEFT);
    // Without its grace a 404 that may pass counts as the end too, and proves nothing of an earlier stop.
    if (isMissing && hurried) return buildReport("already-ended", NOTHING_LEFT);
    if (await bucketShowsTheEnd(dependencies, input)) return buildReport(acceptedOrEnded(next), NOTHING_LEFT);
    throw buildFailure(reply, clock);
  };
}

/**
 * Aborts when the worker has no more time, and not when somebody gives up on the recording, of which a heartbeat tells: a
 * stop in flight is not taken back, and its answer is recorded.
 */
function shutdownOnlySignal(): AbortSignal {
  const context = Context.current();
  const signal = cancellationSignal();
  const inFlight = new AbortController();
  signal.addEventListener("abort", () => {
    if (context.cancellationDetails?.cancelRequested !== true) inFlight.abort(signal.reason);
  });
  return inFlight.signal;
}

/** The session has ended: if a stop of ours may have got through without an answer, it was that one. */
function acceptedOrEnded({ answerLost }: StopAttempts): "accepted" | "already-ended" {
  return answerLost ? "accepted" : "already-ended";
}

function methodOf({ stop }: ResolvedInput): "async" | "sync" {
  return stop.method === "sync" ? "sync" : "async";
}

const NO_FILES: StopAnswer = { files: [], uploadingStatus: null };

/** The session is over, and Agora says no more of it. */
const NOTHING_LEFT: StopKnowledge = { named: [], namedBy: "stop", uploadingStatus: null, sessionOver: true };

function buildReport(status: StopEvidence["status"], known: StopKnowledge): StopEvidence {
  return { status, at: new Date().toISOString(), attempts: activityInfo().attempt, ...known };
}

function buildFailure(reply: StopReply, clock: Clock): Error {
  const { verdict, summary } = reply;
  const info = activityInfo();
  const pauseMs = verdict.kind === "throttled" ? (verdict.retryAfterMs ?? 0) : 0;
  const delayMs = Math.max(pauseMs, stopDelayMs(info.attempt));
  return failure(verdict.kind === "credentials" ? "CredentialsRejected" : "AgoraUnavailable", summary, {
    details: stopFacts(reply),
    retryInMs: delayBeforeDeadline(delayMs, { info, clock }),
  });
}

/** For operators and for Agora's support: numbers and ids only. */
function stopFacts({ status, code, requestId }: StopReply): object {
  return { attempts: activityInfo().attempt, status, code, ...(requestId !== undefined && { requestId }) };
}

function toAgoraRecording({ recording: { appId, resourceId, sid, mode, cname, uid } }: ResolvedInput): AgoraRecording {
  if (resourceId === undefined)
    throw failure("InputInvalid", "Cannot stop the recording: recording.resourceId is missing");
  return { appId, resourceId, sid, mode, cname, uid };
}
