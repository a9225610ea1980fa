import { activityInfo, cancellationSignal } from "@temporalio/activity";

import type { Bucket } from "../bucket/bucket.ts";
import { problem } from "../checks/checks.ts";
import { type CheckDetails, readDetails } from "../contract/details.ts";
import type { AgoraEvidence } from "../contract/evidence.ts";
import type { ResolvedInput } from "../contract/input.ts";
import type { Problem } from "../contract/problem.ts";
import { type ManifestReference, reportProblems, type Verdict } from "../contract/result.ts";
import { type BackupReport, toStopReport } from "../contract/stop.ts";
import type { TimelineEntry } from "../contract/timeline.ts";
import { putManifest } from "../manifest/put-manifest.ts";
import { type ManifestHeader, writeManifest } from "../manifest/write-manifest.ts";
import { type Decision, decide } from "./decide.ts";
import { type Dependencies, requireBucket } from "./dependencies.ts";
import { requireFiles, toStoreFailure } from "./expectation.ts";
import { withHeartbeats } from "./heartbeats.ts";
import { temporalClock, workBeforeDeadline } from "./retry-delay.ts";

export type PublishRequest = {
  input: ResolvedInput;
  evidence: AgoraEvidence;
  /** The workflow's log; goes into the manifest as it is. */
  log: { forced: boolean; backup: BackupReport | null; timeline: TimelineEntry[]; problems: Problem[] };
  run: { workflowId: string; runId: string };
  /** The workflow's time before the check; ISO 8601. An argument, so that each attempt writes the same bytes. Absent before 0.3.0. */
  checkedAt?: string;
  /** Decide with what is there: no more waiting. */
  mustDecide: boolean;
};

export type PublishResult =
  /** Something is missing, and there is time to wait for it. */
  { kind: "pending" } | { kind: "decided"; verdict: Verdict };

/**
 * Looks once more, checks the files at the level asked, decides the outcome, and writes the manifest where there is one to
 * write. Fails as `StoreUnavailable`, for Temporal to try again; once an attempt has decided, the details are the verdict
 * without the manifest, and the heartbeats hold it too.
 */
export function publishManifest(dependencies: Dependencies) {
  return async (request: PublishRequest): Promise<PublishResult> => {
    const info = activityInfo();
    const clock = temporalClock(info);
    const earlier = readDetails("check", info.heartbeatDetails)?.verdict;
    // The heartbeats of a long check show its progress; the server's answers to them bring a cancellation.
    let progress: CheckDetails = {
      kind: "check",
      checkedFiles: 0,
      totalFiles: null,
      ...(earlier && { verdict: earlier }),
    };
    const onProgress = (checkedFiles: number, totalFiles: number) =>
      void (progress = { ...progress, checkedFiles, totalFiles });
    const onDecided = (verdict: Verdict) => void (progress = { ...progress, verdict });

    const execute = async (): Promise<PublishResult> => {
      const bucket = requireBucket(dependencies, requireFiles(request.input));
      const decision = await decide(request, { bucket, onProgress, earlier });
      if (decision === "pending") return { kind: "pending" };
      const limits = { leftMs: () => workBeforeDeadline({ info, clock }), onDecided };
      return { kind: "decided", verdict: await conclude(dependencies, { request, bucket, decision, ...limits }) };
    };
    return withHeartbeats(() => progress, execute);
  };
}

type Conclusion<Decided = Decision> = {
  request: PublishRequest;
  bucket: Bucket;
  decision: Decided;
  /** How long the manifest may take. */
  leftMs: () => number;
  /** Called before the manifest is written, with the verdict where it cannot be. */
  onDecided: (verdict: Verdict) => void;
};

async function conclude(dependencies: Dependencies, conclusion: Conclusion): Promise<Verdict> {
  const { request, bucket, decision } = conclusion;
  if (hasManifest(decision)) return writeAndPublish(dependencies, { ...conclusion, decision });
  if (decision.outcome !== "not-found") return buildVerdict(decision, null);
  return buildVerdict(addProblem(decision, nothingFound(request.input, bucket)), null);
}

type ManifestDecision = Decision & Pick<ManifestHeader, "outcome">;

function hasManifest(decision: Decision): decision is ManifestDecision {
  return ["lost", "incomplete", "damaged", "verified"].includes(decision.outcome);
}

async function writeAndPublish(
  dependencies: Dependencies,
  { request, bucket, decision, leftMs, onDecided }: Conclusion<ManifestDecision>,
): Promise<Verdict> {
  const { recording, manifest } = request.input;
  const header = buildHeader(request, { bucket, decision });
  const store = manifest?.store ?? header.store;
  const key = manifest?.key ?? `${header.prefix}${recording.sid}.${request.run.runId}.manifest.json`;
  const concludeUnwritten = (observed: string) => {
    const first = problem("manifest-not-written", { subject: key, expected: "the manifest", observed });
    return buildVerdict(addProblem(decision, first), null);
  };
  onDecided(concludeUnwritten("No answer of the store in time"));
  const { inventory, problems } = decision;
  const written = writeManifest({ ...header, key, inventory, problems });
  try {
    const target = requireBucket(dependencies, { store, field: "manifest.store" });
    const mayOverwrite = manifest?.key == null;
    const limits = { signal: cancellationSignal(), limitMs: leftMs() };
    const published = await putManifest(target, { ...written, key, mayOverwrite, ...limits });
    if (!published.written) return concludeUnwritten(published.because);
  } catch (error) {
    throw toStoreFailure(error, {
      details: { kind: "verdict", verdict: concludeUnwritten("The store did not take it") },
    });
  }
  return buildVerdict(decision, { store, key, sha256: written.sha256, bytes: written.bytes.length });
}

function buildHeader(
  { input, evidence, log, run, checkedAt }: PublishRequest,
  { bucket, decision }: { bucket: Bucket; decision: ManifestDecision },
): ManifestHeader {
  const { recording, level } = input;
  const { store, prefix } = requireFiles(input);
  const { forced, backup, timeline } = log;
  const { outcome, expectedFrom } = decision;
  const stop = toStopReport(evidence.stop);
  return {
    recording,
    store,
    bucket: bucket.name,
    prefix,
    level,
    outcome,
    expectedFrom,
    forced,
    run,
    stop,
    backup,
    timeline,
    ...(checkedAt !== undefined && { checkedAt }),
  };
}

function buildVerdict(decision: Decision, manifest: ManifestReference | null): Verdict {
  const { outcome, expectedFrom, inventory, problems } = decision;
  const totals = hasManifest(decision) ? inventory.totals : null;
  return { outcome, expectedFrom, manifest, totals, ...reportProblems(problems) };
}

/** Puts it first: it says why there is no manifest. */
function addProblem(decision: Decision, first: Problem): Decision {
  return { ...decision, problems: [first, ...decision.problems] };
}

function nothingFound(input: ResolvedInput, { name }: Bucket): Problem {
  const { store, prefix } = requireFiles(input);
  const subject = `store ${store}, bucket ${name}, prefix ${prefix === "" ? "(none)" : prefix}`;
  return problem("nothing-found", { subject, expected: "files of this recording", observed: "none" });
}
