/**
 * Which part of our places under Agora's limit others leave to us. They cannot be known, so it is learnt as TCP learns it: a
 * refusal takes a part away at once, and time gives it back, little by little. How much a refusal takes goes by how many
 * turns went well before: one in five tells of somebody else, one in ninety of bad luck.
 */
export type AdaptiveLimit = {
  /** From 0 to 1, where nobody else is. */
  share(): number;
  /** We have taken a turn. */
  onPermit(): void;
  /** Agora has refused one. */
  onThrottled(): void;
};

/**
 * One refusal in so many turns means that about as large a part of all requests is too much; twice that goes, because the
 * refusals of a whole second count as one. Tuned with `bench/burst/burst.ts`.
 */
const DECREASE = 2;
const MOST_DECREASE = 0.25;
const RECENT_MS = 10_000;
const SAME_REFUSAL_MS = 500;
const INCREASE_PER_MS = 0.004 / 1000;
const LEAST = 1 / 20;

/** Makes the allowance of one account. */
export function createAdaptiveLimit(): AdaptiveLimit {
  /** When Agora last refused, and what that left us. */
  let last = { atMs: -Infinity, left: 1 };
  /** When the turns of the last ten seconds came. */
  let recent: number[] = [];

  const left = () => Math.min(1, last.left + (performance.now() - last.atMs) * INCREASE_PER_MS);
  return {
    share: left,
    onPermit() {
      const nowMs = performance.now();
      recent = [...recent.filter((atMs) => atMs > nowMs - RECENT_MS), nowMs];
    },
    onThrottled() {
      const nowMs = performance.now();
      if (nowMs - last.atMs < SAME_REFUSAL_MS) return;
      const turns = recent.filter((atMs) => atMs > last.atMs && atMs > nowMs - RECENT_MS).length;
      const part = Math.min(MOST_DECREASE, DECREASE / Math.max(1, turns));
      last = { atMs: nowMs, left: Math.max(LEAST, left() * (1 - part)) };
    },
  };
}
