import { activityInfo, cancellationSignal } from "@temporalio/activity";

import { collectAgoraFiles } from "./agora-files.ts";
import type { AgoraEvidence } from "../contract/evidence.ts";
import type { LookDetails } from "../contract/details.ts";
import { failure } from "../contract/failures.ts";
import type { ResolvedInput, Schedule } from "../contract/input.ts";
import { LOOK_LIMIT_MS } from "../contract/limits.ts";
import { checkCompletion } from "../inventory/completion.ts";
import { requireBucket, type Dependencies } from "./dependencies.ts";
import { buildExpectation, requireFiles, inspectWithin, computeSessionLeft, toStoreFailure } from "./expectation.ts";
import { withHeartbeats } from "./heartbeats.ts";
import { delayBeforeDeadline, intervalAt, isLastAttempt, temporalClock } from "./retry-delay.ts";

export type LookRequest = {
  input: ResolvedInput;
  evidence: AgoraEvidence;
  schedule: Schedule;
  /** When the wait began. ISO 8601. */
  waitStartedAt: string;
};

/**
 * One look at the bucket; both `awaitUpload` and `awaitBackup` are this. Returns when the files are there. Else fails as
 * `UploadPending` or `StoreUnavailable`, with the progress in its details and the delay until Temporal's next look.
 */
export function awaitFiles(dependencies: Dependencies) {
  return async (request: LookRequest): Promise<void> =>
    withHeartbeats(NO_DETAILS, async () => lookOnce(dependencies, request));
}

async function lookOnce(
  dependencies: Dependencies,
  { input, evidence, schedule, waitStartedAt }: LookRequest,
): Promise<void> {
  const bucket = requireBucket(dependencies, requireFiles(input));
  const info = activityInfo();
  const clock = temporalClock(info);
  const agora = collectAgoraFiles(evidence, clock());
  const expectation = buildExpectation(input, agora);
  const delayMs = intervalAt(clock() - Date.parse(waitStartedAt), schedule);
  const quietRule = { sessionLeftMs: computeSessionLeft(evidence, clock), quietMs: input.poll.quietMs };
  const inspection = { bucket, expectation, signal: cancellationSignal(), quietRule };
  const inventory = await inspectWithin(LOOK_LIMIT_MS, inspection).catch((error: unknown) => {
    const retryInMs = delayBeforeDeadline(delayMs, { info, clock });
    throw toStoreFailure(error, { details: STORE_UNREACHABLE, retryInMs });
  });

  const completion = checkCompletion({ inventory, expectation, ...quietRule });
  if (completion.done) return;
  // The check decides then: the files are all there, and to wait for a backup would say that some are not.
  if (completion.onlyAgoraKnows && isLastAttempt({ info, clock })) return;
  const { present, expected, newest, unrecognized } = inventory;
  const { waitingFor, notBeforeMs } = completion;
  const recordingKnown = agora.reported || newest !== null || unrecognized.length > 0;
  throw failure("UploadPending", `Waiting: ${present} of ${expected} files; ${waitingFor.join(", ")}`, {
    details: { kind: "look", storeAnswered: true, present, expected, recordingKnown, waitingFor },
    retryInMs: delayBeforeDeadline(notBeforeMs ?? delayMs, { info, clock }),
  });
}

/** The progress of a look at a store that did not answer. */
const STORE_UNREACHABLE: LookDetails = {
  kind: "look",
  storeAnswered: false,
  present: 0,
  expected: 0,
  recordingKnown: false,
  waitingFor: ["the store to answer"],
};

const NO_DETAILS = () => undefined;
