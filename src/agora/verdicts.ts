/**
 * What an answer of Agora means. Neither the HTTP status nor the code decides alone: 206 is success, "try again" or
 * "nothing was recorded"; 404 is a recording that ended, one that is moving to another server, or a wrong URL; and
 * some codes have several meanings. One table decides: its first matching row from the top.
 *
 * `rejected` fails the caller's workflow for good. So everything that is not certain is `unclear`, which costs another
 * stop; Agora allows that.
 *
 * Sources: AgoraIO/Docs-Source, cloud-recording/rest-api/status-codes.mdx (rows with a status), and the older list at
 * https://docs.agora.io/cn/cloud-recording/common_errors, which gives codes without a status (rows with `any`).
 */
import type { QueryAnswer, StopAnswer } from "./answers.ts";
import { decodeQueryAnswer, decodeRefusal, decodeStopAnswer } from "./decode.ts";

export type StopVerdict =
  /** Agora stops the recording. */
  | { kind: "accepted"; answer: StopAnswer }
  /** It ended without anything to keep. */
  | { kind: "nothing-recorded" }
  /** It was stopped before, or stopped by itself; it is exiting. */
  | { kind: "ending" }
  /** No worker records it: it has ended, or it is moving to another server for up to 90 s. */
  | { kind: "missing" }
  /** No clear answer. `reached`: Agora may have got the request, so the stop may have taken effect. */
  | { kind: "unclear"; reached: boolean }
  /** Refused unread: the account sends too many requests. */
  | { kind: "throttled"; retryAfterMs?: number }
  /** Our credentials are refused. */
  | { kind: "credentials" }
  /** The resource has expired, or is not the recording's: the stop can be neither sent nor proved. */
  | { kind: "expired" }
  /** The request itself is wrong, and will be next time. */
  | { kind: "rejected" };

export type QueryVerdict = { kind: "known"; answer: QueryAnswer } | { kind: "ended" } | { kind: "unknown" };

/** A verdict and its facts; `summary` is one line in our own words, fit for logs and histories. */
export type Classified<Verdict> = {
  verdict: Verdict;
  status: number | null;
  code: number | null;
  summary: string;
  /** The account may send too many requests: see `rate-limit/suspected-throttle.ts`. */
  mayBeThrottle?: true;
};

/** An HTTP answer; `body` is undefined unless it is JSON. */
export type HttpAnswer = { status: number; body: unknown; retryAfterMs?: number };

type Row = {
  status: number | "any" | "2xx" | "3xx" | "5xx";
  code?: number;
  /** In the gateway's `message` or the service's `reason`. */
  message?: RegExp;
  /** The row applies only if the body decodes as the answer to the request. */
  body?: "answers the request";
  stop: StopVerdict["kind"];
  /** Default: `unknown`, as most answers say nothing to a query. */
  query?: "known" | "ended";
  mayBeThrottle?: true;
  why: string | { stop: string; query: string };
};

const ANYTHING_ELSE: Row = {
  status: "any",
  stop: "unclear",
  why: { stop: "not an answer to a stop", query: "not an answer to a query" },
};

/** In the order in which they are tried. */
const ROWS: Row[] = [
  // A sync stop waits 20 s for the upload, then answers 50, or 206 by a newer page, with an undocumented status. It has
  // taken effect.
  { status: "any", code: 50, stop: "accepted", why: "the upload takes longer than the stop waits for it" },
  {
    status: "any",
    code: 206,
    stop: "accepted",
    query: "known",
    why: { stop: "the upload takes longer than the stop waits for it", query: "the recording is known" },
  },
  { status: "any", code: 435, stop: "nothing-recorded", why: "nothing was recorded" },
  { status: 206, code: 65, stop: "unclear", why: "the request was not completed in time" },

  { status: 400, code: 2, stop: "rejected", why: "a parameter is wrong" },
  { status: 400, code: 49, stop: "ending", why: "the recording is ending already" },
  { status: 400, message: /appid is invalid/i, stop: "rejected", why: "the App ID is not valid" },
  { status: 401, stop: "credentials", why: "the credentials are refused" },
  { status: 404, message: /no route matched/i, stop: "rejected", why: "the URL or the method is wrong" },
  { status: 404, code: 404, stop: "missing", query: "ended", why: "no worker is recording this" },
  { status: 404, message: /find worker/i, stop: "missing", query: "ended", why: "no worker is recording this" },
  { status: 429, stop: "throttled", why: "the account sends too many requests" },

  // Before the codes without a status: a failing server that blames the caller is not final.
  { status: "3xx", stop: "unclear", why: "a redirection, which is not followed" },
  { status: "5xx", stop: "unclear", why: "the service is failing" },

  { status: "any", code: 62, stop: "unclear", why: "the request timed out inside the service" },
  { status: "any", code: 65, stop: "unclear", why: "the request was not completed in time" },
  { status: "any", code: 501, stop: "ending", query: "ended", why: "the recording is exiting" },
  { status: "any", code: 7, stop: "rejected", why: "this resource is recording already" },
  { status: "any", code: 8, stop: "rejected", why: "the header, method or form of the request is wrong" },
  { status: "any", code: 53, stop: "rejected", why: "another recording with this channel and uid is running" },
  { status: "any", code: 109, stop: "rejected", why: "the channel's token has expired" },
  { status: "any", code: 110, stop: "rejected", why: "the channel's token is wrong" },
  { status: "any", code: 432, stop: "expired", why: "App ID, channel or uid do not belong to the resource" },
  { status: "any", code: 433, stop: "expired", why: "the resource id has expired" },
  { status: "any", code: 1001, stop: "expired", why: "the resource id cannot be read" },
  { status: "any", code: 1003, stop: "expired", why: "App ID or sid do not belong to the resource" },
  { status: "any", code: 1013, stop: "rejected", why: "the channel name is not valid" },
  { status: "any", code: 1028, stop: "rejected", why: "the body of the request is wrong" },

  { status: 400, stop: "unclear", mayBeThrottle: true, why: "an unknown refusal, perhaps of too many requests" },

  {
    status: "2xx",
    body: "answers the request",
    stop: "accepted",
    query: "known",
    why: { stop: "the recording stops", query: "the recording is known" },
  },
  ANYTHING_ELSE,
];

/** Classifies the answer to a `stop`. */
export function classifyStop({ retryAfterMs, ...http }: HttpAnswer): Classified<StopVerdict> {
  const answer = decodeStopAnswer(http.body);
  const { row, facts } = findRow(http, { request: "stop", isAnswer: answer !== undefined });
  return { verdict: buildStopVerdict(row.stop, { answer, retryAfterMs }), ...facts };
}

/** Classifies the answer to a `query`, of which two kinds matter: what is recorded, and that the recording has ended. */
export function classifyQuery(http: HttpAnswer): Classified<QueryVerdict> {
  const answer = decodeQueryAnswer(http.body);
  const { row, facts } = findRow(http, { request: "query", isAnswer: answer !== undefined });
  if (row.query === "known" && answer !== undefined) return { verdict: { kind: "known", answer }, ...facts };
  return { verdict: { kind: row.query === "ended" ? "ended" : "unknown" }, ...facts };
}

type Asked = { request: "stop" | "query"; isAnswer: boolean };
type Facts = Omit<Classified<never>, "verdict">;

function findRow({ status, body }: HttpAnswer, { request, isAnswer }: Asked): { row: Row; facts: Facts } {
  const { code, message } = decodeRefusal(body);
  const row =
    ROWS.find(
      (at) =>
        (at.status === "any" || at.status === status || at.status === `${Math.floor(status / 100)}xx`) &&
        (at.code === undefined || at.code === code) &&
        (at.message === undefined || (message !== null && at.message.test(message))) &&
        (at.body === undefined || isAnswer),
    ) ?? ANYTHING_ELSE;
  const why = typeof row.why === "string" ? row.why : row.why[request];
  const summary = `Agora answered ${status}${code === null ? "" : `, code ${code}`}: ${why}`;
  const facts = { status, code, summary };
  return { row, facts: row.mayBeThrottle === undefined ? facts : { ...facts, mayBeThrottle: true } };
}

type Contents = { answer: StopAnswer | undefined; retryAfterMs: number | undefined };

function buildStopVerdict(kind: StopVerdict["kind"], { answer, retryAfterMs }: Contents): StopVerdict {
  if (kind === "accepted") return { kind, answer: answer ?? { files: [], uploadingStatus: null } };
  if (kind === "unclear") return { kind, reached: true };
  if (kind === "throttled") return retryAfterMs === undefined ? { kind } : { kind, retryAfterMs };
  return { kind };
}
