/** What Agora said, as the workflow passes it to its activities. */
import type { NamedFile } from "../agora/answers.ts";
import type { AgoraNotification } from "./messages.ts";
import type { StopMethod, StopReport } from "./stop.ts";

/** The result of `stopRecording`: the public report, and the files that the answers named. */
export type StopEvidence = StopReport & {
  /** Named by the stop answer, or else by the one query after it. */
  named: NamedFile[];
  /** `query` also where its answer named none and said only whether the session has ended. */
  namedBy: "stop" | "query";
  /** True after an answer to a sync stop, 435, a stop that came too late, or a query that shows the end. */
  sessionEnded: boolean;
  /** What people should know of the answers beside their meaning. */
  oddity?: "ended-abnormally" | "resource-expired";
};

/** Everything that a look at the bucket needs to know from Agora. */
export type AgoraEvidence = {
  stop: StopEvidence;
  stopMethod: StopMethod;
  /** Notifications that may name files, with reduced details. */
  notifications: AgoraNotification[];
  /** Whether notifications named more files than these. */
  namesCut?: true;
  /** From when on nothing is expected: the web recorder could not start, and no file was named. ISO 8601, UTC. */
  nothingExpectedFrom?: string;
  /** When the session counts as ended at the latest, ISO 8601, UTC; `null` when it is known to have ended. */
  sessionEndsAt: string | null;
};
