/** Any step of a history: mostly answers, so that a history gets somewhere. */
import * as fc from "fast-check";

import type { Event } from "./reference.ts";

/** One step of a history; which reply it is depends on what is asked when it comes. */
export type Step = Exclude<Event, { kind: "reply" }> | { kind: "reply"; pick: number };

const orders = fc.record({
  kind: fc.constantFrom("cancel", "forceStop", "requestForceStop", "awaitStopped", "temporalCancel"),
});
const notifications = fc.record({
  kind: fc.constant("notification"),
  eventType: fc.constantFrom(1, 11, 12, 31, 32, 33, 71, 1001, 42),
  noticeId: fc.constantFrom("a", "b", "c"),
  progress: fc.constantFrom(500, 10_000),
});
const times = fc.record({ kind: fc.constant("pass"), ms: fc.constantFrom(1000, 31_000, 100_000, 500_000) });
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("reply"), pick: fc.nat(20) }) },
  { weight: 4, arbitrary: orders },
  { weight: 3, arbitrary: notifications },
  { weight: 2, arbitrary: times },
);
