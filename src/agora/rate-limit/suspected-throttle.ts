/**
 * A 400 without a code that is known may be Agora's throttle: where there are concurrent tasks, requests per second may not
 * exceed a tenth of them, and the body of that refusal is not documented. One such 400 may be a fault of one recording; two
 * recordings that get one at the same time share more than a fault.
 */
const SAME_TIME_MS = 10_000;

/** Makes the function that counts such an answer and returns whether another recording got one of late. */
export function createThrottleSuspicion(): (sid: string) => boolean {
  let last = { sid: "", atMs: Number.NEGATIVE_INFINITY };
  return (sid) => {
    const nowMs = performance.now();
    const isShared = last.sid !== sid && nowMs - last.atMs < SAME_TIME_MS;
    last = { sid, atMs: nowMs };
    return isShared;
  };
}
