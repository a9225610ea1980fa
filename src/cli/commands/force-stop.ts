/** `tailslate force-stop`: stops now, or ends the wait now. */
import type { Command } from "commander";

import type { Recording, Status } from "../../client.ts";
import { parseSid, SID_ARGUMENT } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { ANSWER_LIMIT, explainRefusal, limitAnswer, REASON_OPTION } from "../requests.ts";
import { withRecording } from "../with-client.ts";

export function addForceStopCommand(program: Command, { host, print }: CommandContext): void {
  program
    .command("force-stop")
    .description("stop now, or end the wait now and verify what is there")
    .argument("<sid>", SID_ARGUMENT, parseSid)
    .option(...REASON_OPTION)
    .action(async (sid: string, { reason }: { reason?: string }) => {
      const status = await withRecording({ host, sid }, async (recording) => forceStop(recording, reason));
      print(status, () => `Forced while ${status.phase}; follow it with: tailslate watch ${sid}`);
    });
}

async function forceStop(recording: Recording, reason: string | undefined): Promise<Status> {
  const late = `Cannot force the stop: no worker has answered in ${ANSWER_LIMIT}; it may still take effect`;
  return explainRefusal({ recording, action: "force" }, limitAnswer(recording.forceStop(reason), late));
}
