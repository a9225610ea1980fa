/** The decision on one recording: one more look, the checks at the level asked, and the outcome. */
import { activityInfo, cancellationSignal } from "@temporalio/activity";

import { MODES } from "../agora/modes.ts";
import type { Bucket } from "../bucket/bucket.ts";
import { problem } from "../checks/checks.ts";
import { failure } from "../contract/failures.ts";
import { LOOK_LIMIT_MS } from "../contract/limits.ts";
import type { Problem } from "../contract/problem.ts";
import type { FinalizeResult, Outcome, Verdict } from "../contract/result.ts";
import { checkCompletion, type Completion, type CompletionInput, lacksSessionEnd } from "../inventory/completion.ts";
import { decideOutcome } from "../inventory/outcome.ts";
import type { Inventory } from "../recording/types.ts";
import { verifyFiles, type VerifyRequest } from "../verify/verify-files.ts";
import { buildExpectation, inspectWithin, computeSessionLeft, toStoreFailure } from "./expectation.ts";
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
    const sessionLeftMs = computeSessionLeft(evidence, clock);
    const facts = { inventory: found, expectation, sessionLeftMs, quietMs: input.poll.quietMs };
    const completion = checkCompletion(facts);
    if (!mustDecide && isStillAwaited(completion)) return "pending";

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

    const problems = [...inventory.problems, ...fileProblems, ...findEndProblems(facts, input), ...log.problems];
    const outcome = decideOutcome({
      inventory,
      problems,
      saidNothingRecorded: agora.nothingRecorded,
      agoraNamedOrClaimed: agora.reported,
    });
    const expectedFrom = agora.named.length > 0 && !agora.isCut ? "agora" : "discovered";
    return { outcome, expectedFrom, inventory, problems };
  } catch (error) {
    throw toStoreFailure(error, earlier && { details: { kind: "verdict", verdict: earlier } });
  }
}

/** Where only Agora knows more, the wait for it has ended. */
function isStillAwaited(completion: Completion): boolean {
  return !completion.done && completion.onlyAgoraKnows !== true;
}

function findEndProblems(facts: CompletionInput, { recording }: PublishRequest["input"]): Problem[] {
  if (!lacksSessionEnd(facts)) return [];
  return [
    problem("session-not-ended", {
      subject: recording.sid,
      expected: "an answer or a notification that the session has ended",
      observed: "none: it may still run, and be billed",
    }),
  ];
}
