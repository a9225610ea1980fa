/** What a person reads first: the card in Temporal's UI, in Markdown. */
import type { Status } from "../../contract/messages.ts";
import type { Phase } from "../../contract/phases.ts";
import type { FinalizationState } from "./state.ts";

/** One sentence on what the story waits for now. */
export function waitingFor({ phase, input, outcome }: FinalizationState): string {
  switch (phase) {
    case "scheduled":
      return `The stop is due at ${input?.stop.at ?? "its time"}`;
    case "stopping":
      return "Agora to answer the stop";
    case "uploading":
      return "Agora to upload the files to the store";
    case "backup":
      return "Agora's backup cloud to deliver the files to the store";
    case "verifying":
      return "The check of the files and the manifest";
    case "done":
      return outcome === null ? "Nothing" : `Nothing: the outcome is ${outcome}`;
  }
}

/** The status as Markdown, with what an operator can do about it. One list: of anything more Temporal's UI hides the end. */
export function card(status: Status, deadlineMs: number | null): string {
  const { phase, since, forced } = status;
  const until = deadlineMs === null ? "" : `, until ${new Date(deadlineMs).toISOString()} at the latest`;
  const lines = [
    `**${phase}** since ${since}${until}`,
    `Waiting for: ${status.waitingFor}`,
    ...advice(phase),
    stopLine(status),
    ...(forced ? ["Forced"] : []),
  ];
  return lines.map((line) => `- ${line}`).join("\n");
}

function stopLine({ stop, backup }: Status): string {
  const known = stop ? `${stop.status} at ${stop.at}` : "not answered yet";
  return backup ? `Stop: ${known}; backup seen by ${backup.detectedBy}` : `Stop: ${known}`;
}

function advice(phase: Phase): string[] {
  switch (phase) {
    case "scheduled":
      return ["Signal `forceStop` to stop now; `cancel` to give up: **the recording then goes on and is billed**"];
    case "stopping":
      return [
        "Pending Activities tells Agora's last answer",
        "Signal `forceStop` to end the retries within 30 s and check the files that are there",
      ];
    case "uploading":
    case "backup":
      return [
        "Pending Activities tells which files are there, and when it looks next",
        "Signal `forceStop` to end the wait and check what is there",
      ];
    case "verifying":
      return [];
    case "done":
      return ["The result has the manifest's place and digest, and the first problems by name"];
  }
}
