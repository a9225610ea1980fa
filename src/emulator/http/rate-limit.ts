/**
 * The gateway's limit: so many requests a second for one account, whoever sends them, counted before they take any effect.
 *
 * Agora documents the number and the 429, not how a second is counted. A fixed window begins with each second of the clock,
 * so that up to twice the limit may pass around its edge; a sliding one allows no second, wherever it begins, to hold more.
 * A refused request does not count.
 * https://docs.agora.io/en/cloud-recording/reference/restful-api (10 requests a second) and its page of status codes.
 */
export type RateLimit = {
  perSecond: number;
  window: "fixed" | "sliding";
  /** Whether a refusal says in `Retry-After` how many whole seconds to wait. Default: no, as no source tells of it. */
  retryAfter?: boolean;
};

/** Takes a request that arrives at `atMs` into account and tells whether it passes. */
export type Admit = (atMs: number) => boolean;

export function createRateLimit({ perSecond, window }: RateLimit): Admit {
  const passed: number[] = [];

  return (atMs) => {
    const beginsMs = window === "fixed" ? Math.floor(atMs / 1000) * 1000 : atMs - 999;
    // Only what lies in the past can leave the window: a clock that is set back refuses nobody for long.
    while (passed[0] !== undefined && (passed[0] < beginsMs || passed[0] > atMs)) passed.shift();
    if (passed.length >= perSecond) return false;
    passed.push(atMs);
    return true;
  };
}
