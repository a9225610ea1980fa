/** What a person reads first: the card in Temporal's UI, in Markdown. */
import type { Status } from "../contract.ts";
import type { Story } from "./story.ts";

/** One sentence on what the story waits for now. */
export function waitingFor({ phase, input, outcome }: Story): string {
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

/** The status as Markdown, with what an operator can do about it. */
export function card(status: Status): string {
  const lines = [
    `**${status.phase}** since ${status.since}`,
    "",
    `- Waiting for: ${status.waitingFor}`,
    `- Stop: ${status.stop ? `${status.stop.status} at ${status.stop.at}` : "not answered yet"}`,
    ...(status.backup ? [`- Backup: seen by ${status.backup.detectedBy}`] : []),
    ...(status.forced ? ["- Forced"] : []),
    ...advice(status),
  ];
  return lines.join("\n");
}

function advice({ phase }: Status): string[] {
  switch (phase) {
    case "scheduled":
      return [
        "",
        "Signal `forceStop` to stop now. Signal `cancel` to give up: **the recording then goes on and is billed**.",
      ];
    case "stopping":
      return [
        "",
        "The pending activity shows Agora's last answer. Signal `forceStop` to end the retries within 30 s and check the files that are there.",
      ];
    case "uploading":
    case "backup":
      return [
        "",
        "The pending activity shows how many files are there and when it looks next. Signal `forceStop` to end the wait and check what is there.",
      ];
    case "verifying":
    case "done":
      return [];
  }
}
