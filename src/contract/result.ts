/** What `finalizeRecording` returns. */
import type { FileTotal } from "../recording/file-kinds.ts";
import type { Level, Problem } from "./problem.ts";
import type { BackupReport, StopReport } from "./stop.ts";

/** In the order in which they are decided. What each means: docs/outcomes.md. */
export const OUTCOMES = [
  "cancelled",
  "unverified",
  "empty",
  "lost",
  "not-found",
  "incomplete",
  "damaged",
  "verified",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

export type Totals = Record<FileTotal, number> & { files: number; bytes: number; durationSeconds: number };

/** The place of a manifest, and the digest that proves its bytes. */
export type ManifestReference = { store: string; key: string; sha256: string; bytes: number };

export type FinalizeResult = {
  outcome: Outcome;
  level: Level;
  /** Whether a force-stop ended the stop or the wait early. */
  forced: boolean;
  stop: StopReport;
  backup: BackupReport | null;
  /** Whether Agora named files, or the store alone shows them. */
  expectedFrom: "agora" | "discovered";
  manifest: ManifestReference | null;
  totals: Totals | null;
  /** The first 20; the manifest has them all. */
  problems: Problem[];
  problemCount: number;
};

const MAX_REPORTED_PROBLEMS = 20;

/** The problems as a result reports them: the first 20, and how many there are. */
export function reportProblems(problems: Problem[]): Pick<FinalizeResult, "problems" | "problemCount"> {
  return { problems: problems.slice(0, MAX_REPORTED_PROBLEMS), problemCount: problems.length };
}

/** The part of the result that a look at the files decides. */
export type Verdict = Omit<FinalizeResult, "level" | "forced" | "stop" | "backup">;
