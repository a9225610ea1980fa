/** What became of the recording so far, and how that was learnt. Only this file changes it. */
import type { StopEvidence } from "../../contract/evidence.ts";
import type { Problem } from "../../contract/problem.ts";
import type { Outcome } from "../../contract/result.ts";
import type { BackupReport } from "../../contract/stop.ts";
import { SENTENCES, type TimelineEntry } from "../../contract/timeline.ts";

type Learnt = Pick<TimelineEntry, "kind" | "source"> & { detail?: string | undefined };

/** Notifications come from outside in any number. */
const MAX_PROBLEMS = 50;
const MAX_TIMELINE = 500;

export class Log {
  #stop: { evidence: StopEvidence; atMs: number } | null = null;
  #backup: (BackupReport & { sinceMs: number | null }) | null = null;
  #outcome: Outcome | null = null;
  #failure: { error: unknown } | null = null;
  readonly #timeline: TimelineEntry[] = [];
  readonly #problems: Problem[] = [];

  get stop(): StopEvidence | null {
    return this.#stop?.evidence ?? null;
  }

  /** When that was known, by the workflow's clock: the worker's, which dates the report, may be another. */
  get stoppedAtMs(): number {
    return this.#stop?.atMs ?? 0;
  }

  /** The backup wait so far; `null` when there was none. */
  get backup(): BackupReport | null {
    if (this.#backup === null) return null;
    const { detectedBy, sinceMs, waitedMs } = this.#backup;
    return { detectedBy, waitedMs: waitedMs + (sinceMs === null ? 0 : Date.now() - sinceMs) };
  }

  get outcome(): Outcome | null {
    return this.#outcome;
  }

  /** What the workflow fails with, for callers who still wait for an update. */
  get failure(): { error: unknown } | null {
    return this.#failure;
  }

  get timeline(): TimelineEntry[] {
    return [...this.#timeline];
  }

  /** Warnings of Agora's words. */
  get problems(): Problem[] {
    return [...this.#problems];
  }

  add({ kind, source, detail }: Learnt): void {
    if (this.#timeline.length >= MAX_TIMELINE && source === "notification") return;
    this.#timeline.push({ at: new Date().toISOString(), source, kind, what: SENTENCES[kind](detail) });
  }

  recordStop(evidence: StopEvidence): void {
    this.#stop = { evidence, atMs: Date.now() };
    this.add({ kind: "stop-reported", source: "stop", detail: evidence.status });
    if (evidence.namedBy !== "query") return;
    this.add({ kind: "query-answered", source: "query", detail: describeQuery(evidence) });
  }

  /** Agora may report the same over and over, under other ids. */
  recordProblem(problem: Problem): void {
    const isKnown = this.#problems.some(
      ({ check, subject, observed }) =>
        check === problem.check && subject === problem.subject && observed === problem.observed,
    );
    if (!isKnown && this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
  }

  /** Files are in Agora's backup cloud. The first to say so counts. */
  recordBackup(detectedBy: BackupReport["detectedBy"]): void {
    if (this.#backup !== null) return;
    this.#backup = { detectedBy, sinceMs: null, waitedMs: 0 };
    this.add({ kind: "backup-detected", source: detectedBy === "inferred" ? "bucket" : detectedBy });
  }

  startBackupWait(sinceMs: number): void {
    if (this.#backup !== null) this.#backup = { ...this.#backup, sinceMs };
  }

  endBackupWait(): void {
    this.#backup = this.backup && { ...this.backup, sinceMs: null };
  }

  recordOutcome(outcome: Outcome): void {
    this.#outcome = outcome;
  }

  recordFailure(error: unknown): void {
    this.#failure = { error };
  }
}

function describeQuery({ named, sessionEnded }: StopEvidence): string {
  const files = named.length === 1 ? "1 file" : `${named.length} files`;
  return `${files} named${sessionEnded ? ", the session is over" : ""}`;
}
