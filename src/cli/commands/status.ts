/** The commands that ask or tell one recording something: `status`, `cancel`, `force-stop`. */
import { WorkflowNotFoundError } from "@temporalio/client";
import type { Command } from "commander";

import type { FinalizeResult, Recording, RecordingLook, Status } from "../../client.ts";
import { parseSid, withClient } from "../with-client.ts";
import { formatStatus } from "../output/status.ts";
import { formatBillingWarning, describeEnd, hasEnded, formatResult, formatMissingOutcome } from "../output/result.ts";
import { NegativeResult, type CommandContext, type CommandHost } from "../context.ts";
import { formatDuration, createPainter } from "../output/terminal-text.ts";

/** How long a running worker may take to answer. */
const ANSWER_LIMIT_MS = 10_000;

const REASON = ["--reason <text>", "stands in the manifest's timeline"] as const;

type Options = { reason?: string };

export function addRecordingCommands(program: Command, context: CommandContext): void {
  const { host, exit, print } = context;
  program
    .command("status")
    .description("where a recording stands, or how it ended; needs no running worker")
    .argument("<sid>", "or the id of its workflow", parseSid)
    .action(async (sid: string) => {
      const look = await about(sid, host, async (recording) => recording.look());
      print({ sid, ...look }, () => statusText(sid, look, host));
      exit(hasEnded(look.progress) && look.progress.outcome !== "verified" ? 1 : 0);
    });
  program
    .command("cancel")
    .description(
      "give up; before the stop was sent the recording GOES ON, AND IS BILLED: to end it early use force-stop",
    )
    .argument("<sid>", "or the id of its workflow", parseSid)
    .option(...REASON)
    .action(async (sid: string, options: Options) => {
      const result = await about(sid, host, async (recording) => cancel(recording, options.reason));
      print(result, () => formatResult(sid, result, createPainter(host.stdout, host)));
      const line = formatBillingWarning(result.stop);
      if (result.outcome === "cancelled" && line !== undefined) host.stderr.write(`${line}\n`);
      exit(result.outcome === "cancelled" ? 0 : 1);
    });
  program
    .command("force-stop")
    .description("stop now, or end the wait now and verify what is there")
    .argument("<sid>", "or the id of its workflow", parseSid)
    .option(...REASON)
    .action(async (sid: string, options: Options) => {
      const status = await about(sid, host, async (recording) => forceStop(recording, options.reason));
      print(status, () => `Forced while ${status.phase}; follow it with: tailslate watch ${sid}`);
    });
}

async function about<T>(sid: string, host: CommandHost, ask: (recording: Recording) => Promise<T>): Promise<T> {
  return withClient(host, async (recordings) => ask(recordings.get(sid)));
}

function statusText(sid: string, look: RecordingLook, host: CommandHost): string {
  const paint = createPainter(host.stdout, host);
  if (!hasEnded(look.progress)) return formatStatus(sid, look, paint);
  return look.result ? formatResult(sid, look.result, paint) : formatMissingOutcome(sid, look.progress);
}

async function cancel(recording: Recording, reason: string | undefined): Promise<FinalizeResult> {
  await orRefuse({ recording, action: "cancel" }, recording.cancel(reason));
  const sent = `The cancellation was sent, and holds; no worker has taken it up in ${formatDuration(ANSWER_LIMIT_MS)}`;
  return inTimeOr(recording.result(), `${sent}: whether a stop was sent is not known`);
}

async function forceStop(recording: Recording, reason: string | undefined): Promise<Status> {
  const away = `Cannot force the stop: no worker has answered in ${formatDuration(ANSWER_LIMIT_MS)}; it may still take effect`;
  return orRefuse({ recording, action: "force" }, inTimeOr(recording.forceStop(reason), away));
}

type Telling = { recording: Recording; action: string };

/** Temporal has the same answer for a workflow that has closed and for one that never was. */
async function orRefuse<T>({ recording, action }: Telling, telling: Promise<T>): Promise<T> {
  try {
    return await telling;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const { progress } = await recording.look();
    if (!hasEnded(progress)) throw error;
    throw new NegativeResult(`Cannot ${action} the recording: it has ended already, as ${describeEnd(progress)}`, {
      cause: error,
    });
  }
}

async function inTimeOr<T>(answer: Promise<T>, message: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(message)), ANSWER_LIMIT_MS);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
