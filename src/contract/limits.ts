/** Numbers on which the workflow's policies (`workflows/policies.ts`) and the activities must agree. */

/**
 * Longest time of one look at the store. A store that hangs ends a look much earlier, because each request has its own limit:
 * this is for one that answers slowly, with 200,000 objects at three seconds a page.
 */
export const LOOK_LIMIT_MS = 600_000;

/**
 * Delays between the attempts of a stop; the last one repeats. Agora's advice for repeating a request is 1, 3 and 6 s; in a
 * longer outage it is asked less often.
 */
const STOP_DELAYS_MS = [1000, 3000, 6000, 10_000];
export const MAX_STOP_DELAY_MS = 15_000;

export function stopDelayMs(attempt: number): number {
  return STOP_DELAYS_MS[attempt - 1] ?? MAX_STOP_DELAY_MS;
}
