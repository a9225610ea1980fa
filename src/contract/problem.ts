/** What a check found, and how deep the checks go. */
export type Level = "list" | "head" | "probe" | "hash";

export type Problem = {
  /** Stable id of the check, for example `segment-missing`. */
  check: string;
  severity: "error" | "warning";
  /** The key or the thing that the finding is about. */
  subject: string;
  expected: string;
  observed: string;
};
