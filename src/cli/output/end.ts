/** The end of a recording: whether it has come, and its word and colour. */
import type { Outcome, RecordingProgress } from "../../client.ts";
import type { Style } from "./terminal-text.ts";

export const OUTCOME_STYLES: Record<Outcome, Style> = {
  cancelled: "yellow",
  unverified: "yellow",
  empty: "yellow",
  lost: "red",
  "not-found": "red",
  incomplete: "red",
  damaged: "red",
  verified: "green",
};

export function hasEnded({ workflowStatus }: RecordingProgress): boolean {
  return workflowStatus !== "RUNNING";
}

/** The outcome, or Temporal's status of a workflow that closed without one. */
export function describeEnd({ outcome, workflowStatus }: RecordingProgress): string {
  return outcome ?? workflowStatus.toLowerCase().replace("_", " ");
}

export function chooseEndStyle({ outcome }: RecordingProgress): Style {
  return outcome === null ? "red" : OUTCOME_STYLES[outcome];
}
