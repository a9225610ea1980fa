/** What a notification reports that people should know. Agora's own sentences are foreign text: numbers choose ours. */
import { readNumber, transcodingFailure } from "../../agora/notification-details.ts";
import { type Facts, problem } from "../../checks/checks.ts";
import type { StopEvidence } from "../../contract/evidence.ts";
import type { Problem } from "../../contract/problem.ts";

/** By event 1's `module` and `errorCode`. */
const ERRORS: Readonly<Record<string, string>> = {
  "1/32": "the storage settings are wrong",
  "1/47": "an upload failed",
  "1/51": "a file could not be handled",
  "2/50": "the upload took too long",
  "2/52": "the start took too long",
};

/** By event 2's `module` and `warnCode`. */
const WARNINGS: Readonly<Record<string, string>> = {
  "1/31": "files were sent again to the store",
  "1/32": "files were sent to the backup cloud",
};

/** By event 71's `code`. */
const WEB_STOPS: Readonly<Record<number, string>> = {
  1: "its maximum hours have passed",
  2: "the page needs more than the recorder can do",
  3: "the recorder did not start",
  4: "the page did not load in time",
  5: "the page's address cannot be opened",
  6: "the recorder failed",
};

/** Codes of event 71 without a page that was recorded. */
const NOT_STARTED = new Set([3, 4, 5]);

/** The problem that a notification reports; `null` where its details say that all is well. */
export function describeNotificationProblem(eventType: number, details: unknown): Problem | null {
  switch (eventType) {
    case 1:
      return problem("agora-error", describeError(details));
    case 2:
      return problem("agora-warning", describeWarning(details));
    case 11:
      return readNumber(details, "exitStatus") === 1 ? sessionEndedAbnormally("event 11") : null;
    case 34:
      return problem("storage-token-expired", {
        subject: "event 34",
        expected: "temporary keys that Agora can use until its last upload",
        observed: "expired keys",
      });
    case 71:
      return describeWebStop(details);
    case 81:
    case 1001:
      return describeTranscoding(eventType, details);
    default:
      return null;
  }
}

/** The problem behind an odd answer to the stop, or to the query after it. */
export function describeOddity(oddity: NonNullable<StopEvidence["oddity"]>): Problem {
  if (oddity === "ended-abnormally") return sessionEndedAbnormally("status 20");
  return problem("resource-expired", {
    subject: "the stop",
    expected: "a resource that Agora knows",
    observed: "one that has expired, or is not this recording's",
  });
}

/** Whether a notification says that the web recorder could not start, so that it leaves nothing. */
export function saysNotStarted(eventType: number, details: unknown): boolean {
  return eventType === 71 && NOT_STARTED.has(readNumber(details, "code") ?? 0);
}

function sessionEndedAbnormally(subject: string): Problem {
  return problem("session-ended-abnormally", { subject, expected: "an orderly exit", observed: "an abnormal exit" });
}

function describeError(details: unknown): Facts {
  const [module, code] = [readNumber(details, "module"), readNumber(details, "errorCode")];
  const level = readNumber(details, "errorLevel") ?? "unknown";
  const reason = ERRORS[`${module}/${code}`];
  return {
    subject: `module ${module ?? "unknown"}`,
    expected: "no error",
    observed: `error ${code ?? "unknown"}, level ${level}${reason === undefined ? "" : `: ${reason}`}`,
  };
}

function describeWarning(details: unknown): Facts {
  const [module, code] = [readNumber(details, "module"), readNumber(details, "warnCode")];
  const reason = WARNINGS[`${module}/${code}`];
  return {
    subject: `module ${module ?? "unknown"}`,
    expected: "no warning",
    observed: `warning ${code ?? "unknown"}${reason === undefined ? "" : `: ${reason}`}`,
  };
}

function describeWebStop(details: unknown): Problem | null {
  const code = readNumber(details, "code") ?? 0;
  if (code === 0) return null;
  const reason = WEB_STOPS[code];
  return problem("web-recorder-stopped", {
    subject: "event 71",
    expected: "code 0",
    observed: `code ${code}${reason === undefined ? "" : `: ${reason}`}`,
  });
}

function describeTranscoding(eventType: number, details: unknown): Problem | null {
  const failed = transcodingFailure(details);
  if (failed === null) return null;
  return problem("transcoding-failed", {
    subject: `event ${eventType}`,
    expected: "all files transcoded",
    observed: failed === "all" ? "none transcoded" : "only some transcoded",
  });
}
