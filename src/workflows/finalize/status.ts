/** Publishes the phase: query `status`, details in the UI, search attributes. */
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from "@temporalio/workflow";

import type { Status } from "../../contract/messages.ts";
import { type Phase, PHASES } from "../../contract/phases.ts";
import { searchAttributes, toChannelAttribute } from "../../contract/search-attributes.ts";
import { toStopReport } from "../../contract/stop.ts";
import { renderCurrentDetails } from "./details.ts";
import type { FinalizationState } from "./state.ts";

/** Enters a phase; `done` comes with the outcome. Staying in a phase changes the details only. */
export function setPhase(state: FinalizationState, phase: Phase): void {
  const { clock, log, validated } = state;
  const isNew = clock.enterPhase(phase);
  // W7
  if (isNew && validated?.searchAttributes === true && log.stop !== null) upsertPhase(state);
  setCurrentDetails(renderCurrentDetails(buildStatus(state), clock.deadlineMs));
}

/** The workflow's own knowledge, as the query `status` answers. */
export function buildStatus({ validated, inbox, log, clock }: FinalizationState): Status {
  const { phase, phaseSinceMs } = clock;
  const { stop, outcome } = log;
  return {
    phase,
    since: new Date(phaseSinceMs).toISOString(),
    stop: stop && toStopReport(stop),
    backup: log.backup,
    forced: inbox.forced,
    unreadableNotifications: inbox.unreadable,
    outcome,
    waitingFor: PHASES[phase].waitingFor({ stopAt: validated?.input.stop.at, outcome }),
  };
}

function upsertPhase({ validated, log, clock }: FinalizationState): void {
  const { phase, outcome, sid, channel } = searchAttributes;
  const started = workflowInfo().typedSearchAttributes;
  const pairs: Parameters<typeof upsertSearchAttributes>[0] = [{ key: phase, value: clock.phase }];
  if (log.outcome !== null) pairs.push({ key: outcome, value: log.outcome });
  if (validated !== null) {
    // A caller without our client may not have set these at the start.
    const { recording } = validated.input;
    if (started.get(sid) === undefined) pairs.push({ key: sid, value: recording.sid });
    if (started.get(channel) === undefined) pairs.push({ key: channel, value: toChannelAttribute(recording.cname) });
  }
  upsertSearchAttributes(pairs);
}
