/** Other signs of a recording's end: one query after the stop, and the bucket. Both are best effort. */
import { cancellationSignal } from "@temporalio/activity";

import type { StopAnswer } from "../../agora/answers.ts";
import { EXITED_ABNORMALLY } from "../../agora/answers.ts";
import { MODES } from "../../agora/modes.ts";
import type { Agora, AgoraRecording } from "../../agora/client.ts";
import { BucketError } from "../../bucket/bucket.ts";
import type { StopEvidence } from "../../contract/evidence.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import { showsSessionEnd } from "../../inventory/session-end.ts";
import { requireBucket, type Dependencies } from "../dependencies.ts";
import { buildExpectation, inspectWithin } from "../expectation.ts";

/** A query's status after the recorder's end: all components stopped, exited, exited abnormally. */
const STOPPED_STATUSES = new Set([7, 8, EXITED_ABNORMALLY]);
const SHORT_LOOK_LIMIT_MS = 5000;

export type StopKnowledge = Pick<StopEvidence, "named" | "namedBy" | "uploadingStatus" | "sessionEnded" | "oddity">;

/** The stop's answer and, when it names no files, one query. A query that fails does not fail the stop. */
export async function queryAfterStop(
  agora: Agora,
  {
    recording,
    answer,
    ...options
  }: { recording: AgoraRecording; answer: StopAnswer; host: number; signal: AbortSignal },
): Promise<StopKnowledge> {
  const { files, uploadingStatus } = answer;
  const known: StopKnowledge = { named: files, namedBy: "stop", uploadingStatus, sessionEnded: false };
  if (files.length > 0) return known;

  const reply = await agora.query(recording, options);
  if (reply?.verdict.kind === "ended") return { ...known, namedBy: "query", sessionEnded: true };
  if (reply?.verdict.kind !== "known") return known;
  const queried = reply.verdict.answer;
  const isAbnormal = queried.status === EXITED_ABNORMALLY;
  return {
    named: queried.files,
    namedBy: "query",
    uploadingStatus: uploadingStatus ?? queried.uploadingStatus,
    sessionEnded: queried.status !== null && STOPPED_STATUSES.has(queried.status),
    ...(isAbnormal && { oddity: "ended-abnormally" as const }),
  };
}

/** Whether the bucket shows that the session has ended. A look that fails shows nothing. */
export async function bucketShowsEnd(dependencies: Dependencies, input: ResolvedInput): Promise<boolean> {
  const { files, recording } = input;
  if (files === null || !MODES[recording.mode].playlistsProveEnd) return false;
  const bucket = requireBucket(dependencies, files);
  const expectation = buildExpectation(input, { named: [], isFinal: false, nothingRecorded: false });
  try {
    const found = await inspectWithin(SHORT_LOOK_LIMIT_MS, { bucket, expectation, signal: cancellationSignal() });
    return showsSessionEnd(found, recording.mode);
  } catch (error) {
    if (error instanceof BucketError) return false;
    throw error;
  }
}
