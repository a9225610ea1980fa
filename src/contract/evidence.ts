/** What Agora said, in the form in which the workflow passes it to its activities. */
import type { NamedFile } from "../agora/answers.ts";
import type { AgoraNotification } from "./messages.ts";
import type { StopMethod, StopReport } from "./stop.ts";

/** The stop as `stopRecording` reports it: the public report, and what the answers said of files. */
export type StopEvidence = StopReport & {
  /** Named by the stop answer, or else by the one query after it. */
  named: NamedFile[];
  /** `query` also where its answer named none, and told only whether the session is over. */
  namedBy: "stop" | "query";
  /** The answer to a sync stop, 435, a stop that came too late, or a query that shows the end. */
  sessionOver: boolean;
};

/** Everything learnt from Agora that a look at the bucket needs. */
export type Evidence = {
  stop: StopEvidence;
  method: StopMethod;
  /** Notifications that may name files: 31, 32 and 71. */
  notifications: AgoraNotification[];
  /** When the session counts as over at the latest, ISO 8601, UTC; `null` when it is known to be over. */
  sessionOverAt: string | null;
};
