/** `tailslate stop`: starts the workflow of a recording, or attaches to it, and follows it to its outcome. */
import { readFile } from "node:fs/promises";

import type { Command } from "commander";

import { type FinalizeResult, NotStopped, type Recording } from "../../client.ts";
import { assertInput, type FinalizeInput } from "../../contract/input.ts";
import type { CommandContext, CommandHost } from "../context.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { Interrupted, NegativeResult, UsageError } from "../exit-status.ts";
import { describeEnd, hasEnded } from "../output/end.ts";
import { createLineDisplay } from "../output/line-display.ts";
import { formatProgressLine } from "../output/progress-line.ts";
import { formatBillingWarning, formatResult } from "../output/result.ts";
import { interruptedNotice, withClient } from "../with-client.ts";

type Options = { rerun: boolean; wait: boolean };

export function addStopCommand(program: Command, { host, exit, print }: CommandContext): void {
  program
    .command("stop")
    .description("start to end a recording, or attach to the run that does, and follow it to its outcome")
    .argument("<file>", "the input as JSON; - for standard input")
    .option("--rerun", "verify a recording that was finished before once more", false)
    .option("--no-wait", "start, and leave the workflow to itself")
    .action(async (file: string, options: Options) => {
      const { recording, result } = await runStop(await readInput(file, host), { ...options, host });
      const { sid, workflowId, attached } = recording;
      if (result === undefined) {
        print({ sid, workflowId, attached }, () => `${attached ? "Attached to" : "Started"} ${workflowId}`);
        return;
      }
      print(result, (paint) => formatResult({ sid, result }, paint));
      if (result.outcome !== "verified") exit(EXIT_CODES.negative.code);
    });
}

async function runStop(
  input: FinalizeInput,
  { rerun, wait, host }: Options & { host: CommandHost },
): Promise<{ recording: Recording; result?: FinalizeResult }> {
  let started: Recording | undefined;
  try {
    return await withClient(host, async (recordings) => {
      const recording = await recordings.finalize(input, { rerun });
      started = recording;
      const attachment = recording.attached ? await describeAttachment(recording) : undefined;
      if (!wait && attachment?.kind === "not-stopped") throw new NegativeResult(attachment.text);
      const notice = attachment?.text ?? describeRepair(recording);
      if (notice !== undefined && (wait || !recording.attached)) host.stderr.write(`${notice}\n`);
      if (!wait) return { recording };
      await follow(recording, host);
      return { recording, result: await recording.result() };
    });
  } catch (error) {
    if (error instanceof NotStopped) throw new NegativeResult(describeNotStopped(error.end));
    throw error instanceof Interrupted && started ? interruptedNotice([started.sid]) : error;
  }
}

async function follow(recording: Recording, host: CommandHost): Promise<void> {
  const display = createLineDisplay(host);
  for await (const progress of recording.progress()) {
    display.show([formatProgressLine(progress, display.size().columns)]);
  }
}

type Attachment = { kind: "running" | "finished" | "not-stopped"; text: string };

/** An earlier run whose stop Agora did not confirm has finished nothing: the recording may still run. */
async function describeAttachment(recording: Recording): Promise<Attachment> {
  const { progress, result } = await recording.look();
  if (!hasEnded(progress))
    return { kind: "running", text: "Attached to the run that is under way: its own input holds" };
  if (result !== null && formatBillingWarning(result) === undefined)
    return { kind: "finished", text: "This recording was finished before: --rerun verifies it once more" };
  return { kind: "not-stopped", text: describeNotStopped(describeEnd(progress)) };
}

function describeNotStopped(end: string): string {
  const start = `An earlier run ended as ${end}, without a confirmed stop, and nothing was started now`;
  return `${start}: THE RECORDING MAY GO ON, AND BE BILLED; --rerun sends the stop`;
}

function describeRepair({ earlierFailure }: Recording): string | undefined {
  return earlierFailure === null ? undefined : `An earlier run failed (${earlierFailure}); it begins anew`;
}

async function readInput(file: string, { stdin }: CommandHost): Promise<FinalizeInput> {
  let input: unknown;
  try {
    input = JSON.parse(file === "-" ? await readToEnd(stdin) : await readFile(file, "utf8"));
  } catch (error) {
    const state = error instanceof SyntaxError ? "it is not JSON" : "the file cannot be read";
    throw new UsageError(`Cannot use "${file}" as input: ${state}`);
  }
  assertInput(input);
  return input;
}

async function readToEnd(stdin: CommandHost["stdin"]): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
