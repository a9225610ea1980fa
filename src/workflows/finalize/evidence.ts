/** What the bucket is held against, and from when on the session counts as over. */
import type { Evidence, StopEvidence } from "../../contract/evidence.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import { withoutAnswer } from "./stopping.ts";
import type { FinalizationState } from "./state.ts";

/** After a stop that Agora has taken, or may have taken, a session lives for at most this long. */
const WIND_DOWN_MS = 60_000;

export function evidence(story: FinalizationState, { stop: { method } }: ResolvedInput): Evidence {
  const stop = story.stop ?? withoutAnswer("not-sent");
  return { stop, method, notifications: story.notifications, sessionOverAt: sessionOverAt(story, stop) };
}

function sessionOverAt(story: FinalizationState, stop: StopEvidence): string | null {
  if (stop.sessionOver || story.sessionExited) return null;
  return new Date(story.stoppedAtMs + WIND_DOWN_MS).toISOString();
}
