/** The search attributes by which operators find recordings. */
import { defineSearchAttributeKey } from "@temporalio/common";

/** The SDK does not export the key's type, and an inferred one would name a file inside the SDK. */
type KeywordKey = ReturnType<typeof defineSearchAttributeKey<"KEYWORD">>;

/** All are Keywords; `tailslate search-attributes` registers them. */
export const searchAttributes: Readonly<Record<"sid" | "channel" | "phase" | "outcome", KeywordKey>> = {
  sid: defineSearchAttributeKey("RecordingSid", "KEYWORD"),
  channel: defineSearchAttributeKey("RecordingChannel", "KEYWORD"),
  phase: defineSearchAttributeKey("RecordingPhase", "KEYWORD"),
  outcome: defineSearchAttributeKey("RecordingOutcome", "KEYWORD"),
};
