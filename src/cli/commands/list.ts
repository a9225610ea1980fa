/** `tailslate list`: recordings as Temporal knows them. */
import { type Command, InvalidArgumentError, Option } from "commander";
import ms, { type StringValue } from "ms";

import type { ListedRecording, Outcome, RecordingFilter, Recordings } from "../../client.ts";
import { type Phase, PHASES } from "../../contract/phases.ts";
import type { CommandContext, CommandHost } from "../context.ts";
import { OUTCOME_STYLES } from "../output/end.ts";
import { padToColumns, type Paint, stripControls } from "../output/terminal-text.ts";
import { withClient } from "../with-client.ts";

type Options = Pick<RecordingFilter, "since" | "until" | "running"> & {
  phase?: Phase[];
  outcome?: Outcome[];
  channel?: string[];
  limit: number;
};

const DURATION = /^\d+(\.\d+)?(s|m|h|d|w)$/;
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

export function addListCommand(program: Command, { host, print }: CommandContext): void {
  program
    .command("list")
    .description("recordings: those that run, then the last to have ended")
    .addOption(new Option("--phase <phase...>").choices(Object.keys(PHASES)))
    .addOption(new Option("--outcome <outcome...>").choices(Object.keys(OUTCOME_STYLES)))
    .option("--channel <cname...>", "of these three options each may have several values, and any of them fits")
    .option("--running", "only those that have not ended")
    .option("--since <time>", 'started then or later: "2h" ago, or ISO 8601', parseTime)
    .option("--until <time>", "started before then", parseTime)
    .option("--limit <number>", "at most so many", parseLimit, 50)
    .action(async (options: Options) => {
      const found = await listRecordings(options, host);
      print(found, (paint) => formatList(found, paint));
    });
}

async function listRecordings(options: Options, host: CommandHost): Promise<ListedRecording[]> {
  return withClient(host, async (recordings) => {
    const found = await findRecordings(recordings, options);
    if (found.length > options.limit) host.stderr.write(`Only the first ${options.limit}; --limit shows more\n`);
    return found.slice(0, options.limit);
  });
}

/** Temporal sorts the recordings of one filter; those of several are sorted here, by what the list shows. */
async function findRecordings(recordings: Recordings, options: Options): Promise<ListedRecording[]> {
  const filters = combineFilters(options);
  const found: ListedRecording[] = [];
  for (const filter of filters) {
    for await (const recording of recordings.list({ ...filter, limit: options.limit + 1 })) found.push(recording);
  }
  return filters.length === 1 ? found : found.toSorted(compareNewest);
}

/** One filter for each combination of the values. */
function combineFilters({ phase, outcome, channel, limit: _limit, ...rest }: Options): RecordingFilter[] {
  let filters: RecordingFilter[] = [rest];
  if (phase) filters = [...new Set(phase)].flatMap((each) => filters.map((filter) => ({ ...filter, phase: each })));
  if (outcome)
    filters = [...new Set(outcome)].flatMap((each) => filters.map((filter) => ({ ...filter, outcome: each })));
  if (channel)
    filters = [...new Set(channel)].flatMap((each) => filters.map((filter) => ({ ...filter, channel: each })));
  return filters;
}

/** Running recordings first, then by their start. */
function compareNewest(a: ListedRecording, b: ListedRecording): number {
  const running = Number(b.status === "RUNNING") - Number(a.status === "RUNNING");
  return running || b.startedAt.getTime() - a.startedAt.getTime();
}

function formatList(found: ListedRecording[], paint: Paint): string {
  if (found.length === 0) return "No recording found";
  const rows = found.map((recording) => [
    chooseState(recording),
    `${recording.startedAt.toISOString().slice(0, 19)}Z`,
    recording.sid,
    stripControls(recording.channel ?? "-"),
  ]);
  const header = ["STATE", "STARTED", "SID", "CHANNEL"];
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => padToColumns(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [paint("bold", line(header)), ...rows.map((row) => colourState(line(row), paint))].join("\n");
}

/** The outcome, else the phase, else Temporal's status of the workflow. */
function chooseState({ outcome, phase, status }: ListedRecording): string {
  return outcome ?? (status === "RUNNING" && phase !== undefined ? phase : status.toLowerCase());
}

function colourState(line: string, paint: Paint): string {
  const [state = ""] = line.split(" ");
  return isOutcome(state) ? paint(OUTCOME_STYLES[state], state) + line.slice(state.length) : line;
}

function isOutcome(state: string): state is Outcome {
  return Object.hasOwn(OUTCOME_STYLES, state);
}

/** Reads a time, absolute or as how long ago it was. */
function parseTime(text: string): Date {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the pattern is narrower than ms's own
  if (DURATION.test(text)) return new Date(Date.now() - ms(text as StringValue));
  const date = new Date(text);
  if (DATE.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError('It must be a duration such as "2h", or a time such as 2026-11-23T06:00:00Z.');
}

function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("It must be a number from 1 to 999999.");
  return Number(text);
}
