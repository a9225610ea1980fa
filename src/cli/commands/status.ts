/** `tailslate status`: where a recording is, or how it ended; needs no worker. */
import type { Command } from "commander";

import { parseSid, SID_ARGUMENT } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { hasEnded } from "../output/end.ts";
import { formatStatus } from "../output/status.ts";
import { withRecording } from "../with-client.ts";

export function addStatusCommand(program: Command, { host, exit, print }: CommandContext): void {
  program
    .command("status")
    .description("where a recording is, or how it ended; needs no running worker")
    .argument("<sid>", SID_ARGUMENT, parseSid)
    .action(async (sid: string) => {
      const state = { sid, ...(await withRecording({ host, sid }, async (recording) => recording.look())) };
      print(state, (paint) => formatStatus(state, paint));
      if (hasEnded(state.progress) && state.progress.outcome !== "verified") exit(EXIT_CODES.negative.code);
    });
}
