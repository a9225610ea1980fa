/** What `finalizeRecording` returns. */
import type { FileTotal } from "../recording/file-kinds.ts";
import type { Level, Problem } from "./problem.ts";
import type { BackupReport, StopReport } from "./stop.ts";

/** In the order in which they are decided. What each means: docs/outcomes.md. */
export type Outcome =
  | "cancelled"
  | "unverified"
  | "empty"
  | "lost"
  | "not-found"
  | "incomplete"
  | "damaged"
  | "verified";

/** With the number of files of each kind. */
export type Totals = Record<FileTotal, number> & { files: number; bytes: number; durationSeconds: number };

/** Where a manifest lies, and the digest by which it can be believed. */
export type ManifestReference = { store: string; key: string; sha256: string; bytes: number };

export type FinalizeResult = {
  outcome: Outcome;
  level: Level;
  /** Whether a force-stop cut the story short. */
  forced: boolean;
  stop: StopReport;
  backup: BackupReport | null;
  /** Whether Agora named files, or all that is known was found in the store. */
  expectedFrom: "agora" | "discovered";
  manifest: ManifestReference | null;
  totals: Totals | null;
  /** The first 20; the manifest has them all. */
  problems: Problem[];
  problemCount: number;
};
