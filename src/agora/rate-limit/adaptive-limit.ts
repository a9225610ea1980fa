/**
 * The share of Agora's rate limit that other clients of the account leave to us. It cannot be asked for, so it is adapted as
 * TCP adapts its window (AIMD): a 429 cuts it at once, and time restores it linearly. The cut depends on the recent success
 * rate: one 429 in five requests means another client, one in ninety bad luck.
 */
export type AdaptiveLimit = {
  /** From 0 to 1; 1 while no other client shows. */
  share(): number;
  /** One of our permits was given out. */
  onPermit(): void;
  /** Agora answered 429. */
  onThrottled(): void;
};

/**
 * One 429 in n requests means that about 1/n of all requests is too many. The cut is twice that, because the 429s of a whole
 * second count as one. Tuned with `bench/burst/burst.ts`.
 */
const DECREASE = 2;
const MAX_DECREASE = 0.25;
const RECENT_MS = 10_000;
const SAME_THROTTLING_MS = 500;
const INCREASE_PER_MS = 0.004 / 1000;
const MIN_SHARE = 1 / 20;

/** Makes the adaptive limit of one account. */
export function createAdaptiveLimit(): AdaptiveLimit {
  /** When Agora last answered 429, and the share after it. */
  let last = { atMs: -Infinity, share: 1 };
  /** When the permits of the last ten seconds were given out. */
  let recent: number[] = [];

  const share = () => Math.min(1, last.share + (performance.now() - last.atMs) * INCREASE_PER_MS);
  return {
    share,
    onPermit() {
      const nowMs = performance.now();
      recent = [...recent.filter((atMs) => atMs > nowMs - RECENT_MS), nowMs];
    },
    onThrottled() {
      const nowMs = performance.now();
      if (nowMs - last.atMs < SAME_THROTTLING_MS) return;
      const permits = recent.filter((atMs) => atMs > last.atMs && atMs > nowMs - RECENT_MS).length;
      const decrease = Math.min(MAX_DECREASE, DECREASE / Math.max(1, permits));
      last = { atMs: nowMs, share: Math.max(MIN_SHARE, share() * (1 - decrease)) };
    },
  };
}
