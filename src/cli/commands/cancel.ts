/** `tailslate cancel`: gives up, waits for the end and prints it. */
import type { Command } from "commander";

import type { FinalizeResult, Recording } from "../../client.ts";
import { parseSid, SID_ARGUMENT } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { formatBillingWarning, formatResult } from "../output/result.ts";
import { ANSWER_LIMIT, explainRefusal, limitAnswer, REASON_OPTION } from "../requests.ts";
import { withRecording } from "../with-client.ts";

export function addCancelCommand(program: Command, { host, exit, print }: CommandContext): void {
  program
    .command("cancel")
    .description(
      "give up; before the stop was sent the recording GOES ON, AND IS BILLED: to end it early use force-stop",
    )
    .argument("<sid>", SID_ARGUMENT, parseSid)
    .option(...REASON_OPTION)
    .action(async (sid: string, { reason }: { reason?: string }) => {
      const result = await withRecording({ host, sid }, async (recording) => cancelRecording(recording, reason));
      print(result, (paint) => formatResult({ sid, result }, paint));
      const warning = formatBillingWarning(result);
      if (result.outcome === "cancelled" && warning !== undefined) host.stderr.write(`${warning}\n`);
      if (result.outcome !== "cancelled") exit(EXIT_CODES.negative.code);
    });
}

async function cancelRecording(recording: Recording, reason: string | undefined): Promise<FinalizeResult> {
  await explainRefusal({ recording, action: "cancel" }, recording.cancel(reason));
  const sent = `The cancellation was sent, and holds; no worker has taken it up in ${ANSWER_LIMIT}`;
  return limitAnswer(recording.result(), `${sent}: whether a stop was sent is not known`);
}
