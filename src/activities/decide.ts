/** The decision on one recording: one more look, the checks at the level asked, and the outcome. */
import { activityInfo, cancellationSignal } from "@temporalio/activity";

import { MODES } from "../agora/modes.ts";
import type { Bucket } from "../bucket/bucket.ts";
import { failure } from "../contract/failures.ts";
import { LOOK_LIMIT_MS } from "../contract/limits.ts";
import type { Problem } from "../contract/problem.ts";
import type { FinalizeResult, Outcome, Verdict } from "../contract/result.ts";
import { checkCompletion } from "../inventory/completion.ts";
import { decideOutcome } from "../inventory/outcome.ts";
import type { Inventory } from "../recording/types.ts";
import { verifyFiles, type VerifyRequest } from "../verify/verify-files.ts";
import { buildExpectation, inspectWithin, sessionEndsInMs, toStoreFailure } from "./expectation.ts";
import { lateAbsenceDelayMs } from "./late-absence.ts";
import { collectAgoraFiles } from "./agora-files.ts";
import type { PublishRequest } from "./publish-manifest.ts";
import { temporalClock } from "./retry-delay.ts";

export type Decision = {
  outcome: Outcome;
  expectedFrom: FinalizeResult["expectedFrom"];
  /** With the checksums and digests of the level. */
  inventory: Inventory;
  problems: Problem[];
};

type Attempt = Required<Pick<VerifyRequest, "onProgress">> & {
  bucket: Bucket;
  /** What an earlier attempt decided; holds if this one fails. */
  earlier: Verdict | undefined;
};

/** Returns `"pending"` when something is missing and there is time to wait for it. */
export async function decide(
  { input, evidence, log, mustDecide }: PublishRequest,
  { bucket, onProgress, earlier }: Attempt,
): Promise<Decision | "pending"> {
  const info = activityInfo();
  const clock = temporalClock(info);
  const agora = collectAgoraFiles(evidence, clock());
  const expectation = buildExpectation(input, agora);
  const reader = { bucket, signal: cancellationSignal() };
  try {
    const found = await inspectWithin(LOOK_LIMIT_MS, { ...reader, expectation });
    const sessionLeftMs = sessionEndsInMs(evidence, clock);
    const { quietMs } = input.poll;
    const completion = checkCompletion({ inventory: found, expectation, sessionLeftMs, quietMs });
    if (!mustDecide && !completion.done) return "pending";

    const { inventory, problems: fileProblems } = await verifyFiles(reader, {
      inventory: found,
      level: input.level,
      ...(MODES[expectation.mode].tracksShareFiles && { tracks: expectation.tracks ?? [] }),
      onProgress,
    });
    const mayCome = !mustDecide && !expectation.namedIsFinal;
    const retryInMs = mayCome
      ? lateAbsenceDelayMs({ problems: fileProblems, inventory: found, input }, { info, clock })
      : undefined;
    if (retryInMs !== undefined)
      throw failure("UploadPending", "Waiting: an MP4 is unfinished, or one is missing", { retryInMs });

    const problems = [...inventory.problems, ...fileProblems, ...log.problems];
    const outcome = decideOutcome({
      inventory,
      problems,
      saidNothingRecorded: agora.nothingRecorded,
      agoraNamedOrClaimed: agora.reported,
    });
    return {
      outcome,
      expectedFrom: agora.named.length > 0 && !agora.isCut ? "agora" : "discovered",
      inventory,
      problems,
    };
  } catch (error) {
    throw toStoreFailure(error, earlier && { details: { kind: "verdict", verdict: earlier } });
  }
}
