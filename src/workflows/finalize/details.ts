/** What an operator reads first: Temporal's current details, in Markdown. */
import type { Status } from "../../contract/messages.ts";
import { PHASES } from "../../contract/phases.ts";

/** The status, with what an operator can do about it. One list, because Temporal's UI truncates longer Markdown. */
export function renderCurrentDetails(status: Status, deadlineMs: number | null): string {
  const { phase, since, forced, unreadableNotifications, waitingFor } = status;
  const until = deadlineMs === null ? "" : `, until ${new Date(deadlineMs).toISOString()} at the latest`;
  const lines = [`**${phase}** since ${since}${until}`, `Waiting for: ${waitingFor}`, ...PHASES[phase].advice];
  lines.push(describeStop(status));
  if (forced) lines.push("Forced");
  if (unreadableNotifications > 0) lines.push(`Notifications that cannot be read: ${unreadableNotifications}`);
  return lines.map((line) => `- ${line}`).join("\n");
}

function describeStop({ stop, backup }: Status): string {
  const known = stop ? `${stop.status} at ${stop.at}` : "not answered yet";
  return backup ? `Stop: ${known}; backup seen by ${backup.detectedBy}` : `Stop: ${known}`;
}
