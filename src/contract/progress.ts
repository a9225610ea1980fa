/** How far a look at the store got: the details of a wait that fails, read back by the workflow and the client. */
import { ownFailure } from "./failures.ts";

/** How far a look got: the details of `UploadPending` and `StoreUnavailable`, which Temporal shows in the pending activity. */
export type Progress = {
  /** Whether the store could be looked into at all. */
  looked: boolean;
  /** Files there, of those expected: playlists, segments, MP4s and snapshots. */
  present: number;
  expected: number;
  /** Whether anything of this recording is known: a named file, or any object of this sid. */
  known: boolean;
  /** For people: what is still missing, the most important first. */
  waitingFor: string[];
};

/** How far a look got that ended in this failure; `undefined` where it does not tell. */
export function progressIn(error: unknown): Progress | undefined {
  const details: unknown = ownFailure(error)?.details?.[0];
  return isProgress(details) ? details : undefined;
}

function isProgress(details: unknown): details is Progress {
  return typeof details === "object" && details !== null && "looked" in details && "waitingFor" in details;
}
