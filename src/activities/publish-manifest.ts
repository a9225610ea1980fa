import { activityInfo, cancellationSignal } from "@temporalio/activity";

import { collectAgoraFiles } from "./named-files.ts";
import type { Bucket } from "../bucket/bucket.ts";
import { problem } from "../checks/checks.ts";
import type { Evidence } from "../contract/evidence.ts";
import type { Problem } from "../contract/problem.ts";
import type { FinalizeResult, Outcome } from "../contract/result.ts";
import type { BackupReport } from "../contract/stop.ts";
import type { ResolvedInput } from "../contract/input.ts";
import { LOOK_LIMIT_MS } from "../contract/limits.ts";
import { type ManifestFacts, writeManifest } from "../manifest/write-manifest.ts";
import type { Inventory } from "../recording/types.ts";
import { verifyFiles, type VerifyOptions } from "../verify/verify-files.ts";
import { publish } from "../manifest/publish.ts";
import { checkCompletion } from "../inventory/completion.ts";
import { decideOutcome } from "../inventory/outcome.ts";
import { requireBucket, type Dependencies } from "./dependencies.ts";
import {
  buildExpectation,
  type Files,
  requireFiles,
  inspectWithin,
  sessionEndsInMs,
  storeFailure,
} from "./expectation.ts";
import { withHeartbeats } from "./heartbeats.ts";
import { temporalClock } from "./retry-delay.ts";

export type PublishRequest = {
  input: ResolvedInput;
  evidence: Evidence;
  /** What the workflow lived through; goes into the manifest as it is. */
  story: { forced: boolean; backup: BackupReport | null; timeline: ManifestFacts["timeline"]; problems: Problem[] };
  run: { workflowId: string; runId: string };
  /** Decide with what is there: no more waiting. */
  final: boolean;
};

/** What was decided; a workflow's result carries it. */
export type Verdict = Pick<
  FinalizeResult,
  "outcome" | "expectedFrom" | "manifest" | "totals" | "problems" | "problemCount"
>;

const REPORTED_PROBLEMS = 20;

/**
 * Looks once more, checks the files at the level asked, decides the outcome, and writes the manifest where there is one to
 * write. Returns `"pending"` when something is missing and there is time to wait for it. Fails as `StoreUnavailable`, for
 * Temporal to try again; where only the manifest could not be written its details are the verdict without it.
 */
export function publishManifest(dependencies: Dependencies) {
  return async (request: PublishRequest): Promise<Verdict | "pending"> => {
    // A long check hears of a cancellation through its heartbeats, and shows by them how far it is.
    let progress: Progress = { checkedFiles: 0, files: null };
    const onProgress = (checkedFiles: number, files: number) => void (progress = { checkedFiles, files });
    const check = async () => {
      const files = requireFiles(request.input);
      const place = { files, bucket: requireBucket(dependencies, files.store) };
      const decided = await decide({ ...place, onProgress }, request);
      return decided === "pending" ? decided : await write(dependencies, request, { ...place, ...decided });
    };
    return withHeartbeats(() => progress, check);
  };
}

/** What Temporal's UI shows of an attempt that takes long. */
type Progress = { checkedFiles: number; files: number | null };

/** Where the files are. */
type Place = { files: Files; bucket: Bucket };

type Decided = {
  outcome: Outcome;
  expectedFrom: FinalizeResult["expectedFrom"];
  inventory: Inventory;
  problems: Problem[];
};

async function decide(
  { files, bucket, onProgress }: Place & Required<Pick<VerifyOptions, "onProgress">>,
  { input, evidence, story, final }: PublishRequest,
): Promise<Decided | "pending"> {
  const { reported, ...said } = collectAgoraFiles(evidence);
  const saidNothingRecorded = evidence.stop.status === "nothing-recorded";
  const expectation = buildExpectation(input, files, { ...said, nothingRecorded: saidNothingRecorded });
  const signal = cancellationSignal();
  try {
    const found = await inspectWithin(bucket, expectation, { signal, limitMs: LOOK_LIMIT_MS });
    const { quietMs } = input.poll;
    const state = checkCompletion({
      inventory: found,
      expectation,
      sessionLeftMs: sessionEndsInMs(evidence, temporalClock(activityInfo())),
      quietMs,
    });
    if (!final && !state.done) return "pending";

    const { inventory, problems: seen } = await verifyFiles(bucket, found, {
      level: input.level,
      signal,
      onProgress,
    });
    const problems = [...inventory.problems, ...seen, ...story.problems];
    const outcome = decideOutcome({ inventory, problems, saidNothingRecorded, agoraNamedOrClaimed: reported });
    return { outcome, expectedFrom: said.named.length > 0 ? "agora" : "discovered", inventory, problems };
  } catch (error) {
    throw storeFailure(error, {});
  }
}

async function write(
  dependencies: Dependencies,
  { input, evidence, story, run }: PublishRequest,
  { files, bucket, outcome, expectedFrom, inventory, problems }: Place & Decided,
): Promise<Verdict> {
  if (!isManifestOutcome(outcome)) {
    const where = outcome === "not-found" ? [nothingFound(bucket, files)] : [];
    return { outcome, expectedFrom, manifest: null, totals: null, ...report([...where, ...problems]) };
  }

  const { recording, level, manifest } = input;
  const store = manifest?.store ?? files.store;
  const key = manifest?.key ?? `${files.prefix}${recording.sid}.${run.runId}.manifest.json`;
  const { stop } = evidence;
  const written = writeManifest({
    key,
    recording,
    store: files.store,
    bucket: bucket.name,
    prefix: files.prefix,
    level,
    outcome,
    forced: story.forced,
    run,
    stop: { status: stop.status, at: stop.at, attempts: stop.attempts, uploadingStatus: stop.uploadingStatus },
    backup: story.backup,
    timeline: story.timeline,
    expectedFrom,
    inventory,
    problems,
  });
  const { bytes, sha256, sideFile } = written;
  const { totals } = inventory;
  const unwritten = (because: string): Verdict => ({
    outcome,
    expectedFrom,
    manifest: null,
    totals,
    ...report([notWritten(key, because), ...problems]),
  });
  try {
    const mayOverwrite = manifest?.key == null;
    const target = requireBucket(dependencies, store, "manifest.store");
    const published = await publish(target, {
      key,
      bytes,
      ...(sideFile && { sideFile }),
      mayOverwrite,
      signal: cancellationSignal(),
    });
    if (!published.written) return unwritten(published.because);
  } catch (error) {
    throw storeFailure(error, { details: unwritten("The store did not take it") });
  }
  return { outcome, expectedFrom, manifest: { store, key, sha256, bytes: bytes.length }, totals, ...report(problems) };
}

function isManifestOutcome(outcome: Outcome): outcome is ManifestFacts["outcome"] {
  return outcome === "lost" || outcome === "incomplete" || outcome === "damaged" || outcome === "verified";
}

function report(problems: Problem[]): Pick<Verdict, "problems" | "problemCount"> {
  return { problems: problems.slice(0, REPORTED_PROBLEMS), problemCount: problems.length };
}

function nothingFound({ name }: Bucket, { store, prefix }: Files): Problem {
  const subject = `store ${store}, bucket ${name}, prefix ${prefix === "" ? "(none)" : prefix}`;
  return problem("nothing-found", { subject, expected: "files of this recording", observed: "none" });
}

function notWritten(key: string, observed: string): Problem {
  return problem("manifest-not-written", { subject: key, expected: "the manifest", observed });
}
