/** What the bucket is compared with, and when the session counts as ended. */
import type { AgoraEvidence, StopEvidence } from "../../contract/evidence.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import type { FinalizationState } from "./state.ts";
import { unansweredStop } from "./stop.ts";

/** After a stop that Agora accepted, or may have accepted, a session lives for at most this long. */
const WIND_DOWN_MS = 60_000;

export function buildEvidence(
  state: FinalizationState,
  { stop: { method: stopMethod }, poll: { quietMs } }: ResolvedInput,
): AgoraEvidence {
  const stop = state.log.stop ?? unansweredStop("not-sent");
  const { notifications, namesCut, notStartedAtMs } = state.inbox;
  const evidence: AgoraEvidence = { stop, stopMethod, notifications, sessionEndsAt: computeSessionEnd(state, stop) };
  if (namesCut) evidence.namesCut = true;
  // As long as a file may be quiet: the recorder's first may be on its way.
  if (notStartedAtMs !== null) evidence.nothingExpectedFrom = new Date(notStartedAtMs + 2 * quietMs).toISOString();
  return evidence;
}

function computeSessionEnd({ inbox, log }: FinalizationState, stop: StopEvidence): string | null {
  if (stop.sessionEnded || inbox.sessionEnded) return null;
  return new Date(log.stoppedAtMs + WIND_DOWN_MS).toISOString();
}
