/** `tailslate status`: where a recording is, or how it ended; needs no worker. */
import type { Command } from "commander";

import type { Recording, RecordingLook } from "../../client.ts";
import { ownFailure } from "../../contract/failures.ts";
import { parseSid, SID_ARGUMENT } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { hasEnded } from "../output/end.ts";
import type { Failure } from "../output/result.ts";
import { formatStatus } from "../output/status.ts";
import { withRecording } from "../with-client.ts";

/** The failure is `null` unless the workflow failed. */
async function lookWithFailure(recording: Recording): Promise<RecordingLook & { failure: Failure | null }> {
  const found = await recording.look();
  return { ...found, failure: found.progress.workflowStatus === "FAILED" ? await readFailure(recording) : null };
}

async function readFailure(recording: Recording): Promise<Failure | null> {
  try {
    await recording.result();
    return null;
  } catch (error) {
    const own = ownFailure(error);
    return own ? { type: own.type, message: own.message } : null;
  }
}

export function addStatusCommand(program: Command, { host, exit, print }: CommandContext): void {
  program
    .command("status")
    .description("where a recording is, or how it ended; needs no running worker")
    .argument("<sid>", SID_ARGUMENT, parseSid)
    .action(async (sid: string) => {
      const state = { sid, ...(await withRecording({ host, sid }, lookWithFailure)) };
      print(state, (paint) => formatStatus(state, paint));
      if (hasEnded(state.progress) && state.progress.outcome !== "verified") exit(EXIT_CODES.negative.code);
    });
}
