/** What the bucket is held against, and from when on the session counts as over. */
import type { Evidence, StopEvidence } from "../../contract/evidence.ts";
import type { Finalization } from "../../contract/input.ts";
import { withoutAnswer } from "./stopping.ts";
import type { Story } from "./state.ts";

/** After a stop that Agora has taken, or may have taken, a session lives for at most this long. */
const WIND_DOWN_MS = 60_000;

export function evidence(story: Story, { stop: { method } }: Finalization): Evidence {
  const stop = story.stop ?? withoutAnswer("not-sent");
  return { stop, method, notifications: story.notifications, sessionOverAt: sessionOverAt(story, stop) };
}

function sessionOverAt(story: Story, stop: StopEvidence): string | null {
  if (stop.sessionOver || story.sessionExited) return null;
  return new Date(story.stoppedAtMs + WIND_DOWN_MS).toISOString();
}
