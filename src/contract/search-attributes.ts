/** The search attributes by which operators find recordings. */
import { defineSearchAttributeKey } from "@temporalio/common";

/** The SDK does not export the key's type, and an inferred one would name a file inside the SDK. */
type KeywordKey = ReturnType<typeof defineSearchAttributeKey<"KEYWORD">>;

/** Temporal takes no longer Keyword, and the label of a web recording may be longer. */
const MAX_CHARACTERS = 255;

/** The channel as `RecordingChannel` holds it. */
export function toChannelAttribute(cname: string): string {
  return Array.from(cname).slice(0, MAX_CHARACTERS).join("");
}

/** All are Keywords; `tailslate search-attributes` registers them. */
export const searchAttributes: Readonly<Record<"sid" | "channel" | "phase" | "outcome", KeywordKey>> = {
  sid: defineSearchAttributeKey("RecordingSid", "KEYWORD"),
  channel: defineSearchAttributeKey("RecordingChannel", "KEYWORD"),
  phase: defineSearchAttributeKey("RecordingPhase", "KEYWORD"),
  outcome: defineSearchAttributeKey("RecordingOutcome", "KEYWORD"),
};
