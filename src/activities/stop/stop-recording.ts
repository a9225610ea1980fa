import { activityInfo, cancellationSignal, Context } from "@temporalio/activity";

import type { StopAnswer } from "../../agora/answers.ts";
import type { AgoraRecording, StopReply } from "../../agora/client.ts";
import type { StopAttempts, StopDetails } from "../../contract/details.ts";
import type { StopEvidence } from "../../contract/evidence.ts";
import { failure } from "../../contract/failures.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import { stopDelayMs } from "../../contract/limits.ts";
import { requireAgora, type Dependencies } from "../dependencies.ts";
import { withHeartbeats } from "../heartbeats.ts";
import { delayBeforeDeadline, type Clock, temporalClock } from "../retry-delay.ts";
import { bucketShowsEnd, type StopKnowledge, queryAfterStop } from "./end-signs.ts";
import { previousDetails, isMissingForGood, loadPrevious, saveForNext } from "./attempts.ts";

export type StopRequest = {
  input: ResolvedInput;
  /** A 404 counts at once: after a force-stop, or when a notification said that the session has ended. */
  skipFailoverGrace: boolean;
  /** Another activity may have sent a stop before this one. */
  mayBeRepeat: boolean;
  /** Forced: its permit comes before those of other stops. */
  isForced?: boolean;
};

/**
 * Sends one stop and reports what became of it. Fails as `StopRejected` when the request itself is wrong, and as
 * `AgoraUnavailable` or `CredentialsRejected`, for Temporal to try again, while there is no clear answer.
 */
export function stopRecording(dependencies: Dependencies) {
  return async ({ input, skipFailoverGrace, mayBeRepeat, isForced }: StopRequest): Promise<StopEvidence> => {
    const agora = requireAgora(dependencies, input.recording.account);
    const recording = toAgoraRecording(input);
    const method = stopMethod(input);
    const previous = loadPrevious();
    const { hostIndex: host } = previous;
    const clock = temporalClock(activityInfo());
    const signal = shutdownOnlySignal();
    // No heartbeats after this: a query is short, and a look at the bucket follows the heartbeat of `saveForNext`.
    const reply = await withHeartbeats(previousDetails, async () =>
      agora.stop(recording, { method, host, signal, isForced }),
    );

    const { verdict } = reply;
    const query = async (answer: StopAnswer, isEnded: boolean): Promise<StopKnowledge> => {
      const known = await queryAfterStop(agora, { recording, host, answer, signal });
      return { ...known, sessionEnded: known.sessionEnded || isEnded };
    };
    if (verdict.kind === "accepted") return buildReport("accepted", await query(verdict.answer, method === "sync"));
    if (verdict.kind === "ending") {
      const status = mayBeRepeat ? "accepted" : acceptedOrEnded(previous);
      return buildReport(status, await query(NO_FILES, status === "already-ended"));
    }
    if (verdict.kind === "nothing-recorded") return buildReport("nothing-recorded", SESSION_ENDED);
    // Nothing more can be asked of it. The session may still run, and its files say what became of it.
    if (verdict.kind === "expired") return buildReport("unconfirmed", RESOURCE_EXPIRED);
    if (verdict.kind === "rejected") throw failure("StopRejected", reply.summary, { details: stopDetails(reply) });

    const next = saveForNext(previous, reply);
    const isMissing = verdict.kind === "missing";
    if (isMissing && isMissingForGood(next)) return buildReport(acceptedOrEnded(next), SESSION_ENDED);
    // When the failover grace is skipped, a 404 counts as ended; it does not prove that an earlier stop took effect.
    if (isMissing && skipFailoverGrace) return buildReport("already-ended", SESSION_ENDED);
    if (await bucketShowsEnd(dependencies, input)) return buildReport(acceptedOrEnded(next), SESSION_ENDED);
    throw buildFailure(reply, clock);
  };
}

/**
 * Aborts on worker shutdown, not on cancellation: a sent stop cannot be undone and its answer must be recorded. Nor when the
 * workflow has closed (`notFound`): a stop that waits for its permit is still wanted.
 */
function shutdownOnlySignal(): AbortSignal {
  const context = Context.current();
  const signal = cancellationSignal();
  const shutdown = new AbortController();
  signal.addEventListener("abort", () => {
    const { cancelRequested, notFound } = context.cancellationDetails ?? {};
    if (cancelRequested !== true && notFound !== true) shutdown.abort(signal.reason);
  });
  return shutdown.signal;
}

/** After the session's end: an earlier stop that may have taken effect without an answer counts as accepted. */
function acceptedOrEnded({ answerLost }: StopAttempts): "accepted" | "already-ended" {
  return answerLost ? "accepted" : "already-ended";
}

function stopMethod({ stop }: ResolvedInput): "async" | "sync" {
  return stop.method === "sync" ? "sync" : "async";
}

const NO_FILES: StopAnswer = { files: [], uploadingStatus: null };

/** The session has ended, and Agora names no files. */
const SESSION_ENDED: StopKnowledge = { named: [], namedBy: "stop", uploadingStatus: null, sessionEnded: true };

const RESOURCE_EXPIRED: StopKnowledge = { ...SESSION_ENDED, sessionEnded: false, oddity: "resource-expired" };

function buildReport(status: StopEvidence["status"], known: StopKnowledge): StopEvidence {
  return { status, at: new Date().toISOString(), attempts: activityInfo().attempt, ...known };
}

function buildFailure(reply: StopReply, clock: Clock): Error {
  const { verdict, summary } = reply;
  const info = activityInfo();
  const pauseMs = verdict.kind === "throttled" ? (verdict.retryAfterMs ?? 0) : 0;
  const delayMs = Math.max(pauseMs, stopDelayMs(info.attempt));
  return failure(verdict.kind === "credentials" ? "CredentialsRejected" : "AgoraUnavailable", summary, {
    details: stopDetails(reply),
    retryInMs: delayBeforeDeadline(delayMs, { info, clock }),
  });
}

function stopDetails({ status, code, requestId }: StopReply): StopDetails {
  const details = { kind: "stop", attempts: activityInfo().attempt, status, code } as const;
  return requestId === undefined ? details : { ...details, requestId };
}

function toAgoraRecording({ recording: { appId, resourceId, sid, mode, cname, uid } }: ResolvedInput): AgoraRecording {
  if (resourceId === undefined)
    throw failure("InputInvalid", "Cannot stop the recording: recording.resourceId is missing");
  return { appId, resourceId, sid, mode, cname, uid };
}
