/**
 * The gateway's limit of requests per second for one account, from all its clients, counted before they take effect.
 *
 * Agora documents the number and the 429, not how a second is counted. A fixed window begins with each second of the clock,
 * so up to twice the limit may pass around its edge; a sliding window holds the limit wherever it begins.
 * A refused request does not count.
 * https://docs.agora.io/en/cloud-recording/reference/restful-api (10 requests a second) and its page of status codes.
 */
export type RateLimit = {
  perSecond: number;
  window: "fixed" | "sliding";
  /** Whether a refusal has a `Retry-After` in seconds. Default: no, as Agora documents none. */
  retryAfter?: boolean;
};

/** Counts a request that arrives at `atMs` and returns whether it passes. */
export type Admit = (atMs: number) => boolean;

export function createRateLimit({ perSecond, window }: RateLimit): Admit {
  const passed: number[] = [];

  return (atMs) => {
    const beginsMs = window === "fixed" ? Math.floor(atMs / 1000) * 1000 : atMs - 999;
    // Drops times in the future too: after the clock was set back they would refuse requests for long.
    while (passed[0] !== undefined && (passed[0] < beginsMs || passed[0] > atMs)) passed.shift();
    if (passed.length >= perSecond) return false;
    passed.push(atMs);
    return true;
  };
}
