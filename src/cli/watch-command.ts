/** The command that follows many recordings at once, each on a line of its own, until all have ended. */
import type { Command } from "commander";

import type { Recording, RecordingLook, RecordingProgress, Recordings } from "../client.ts";
import { liveLines, type LiveLines } from "./live-lines.ts";
import { sidArgument, withRecordings } from "./open-recordings.ts";
import { progressLine } from "./progress-line.ts";
import { endStyle, hasEnded, OUTCOME_STYLES, resultText, withoutOutcome } from "./result-text.ts";
import { goesOn } from "./stop-command.ts";
import { type CommandContext, Interrupted, type Terminal } from "./terminal.ts";
import { counted, fit, type Paint, painter, printable } from "./text.ts";

const NEWEST = 20;
/** Many recordings share two looks a second at first, and then these. */
const LOOKS_PER_SECOND = 20;
/** Below this width a sid shows its first digits only. */
const WIDE = 100;

type End = RecordingLook & { sid: string };

export function addWatchCommand(program: Command, { terminal, exit, print }: CommandContext): void {
  program
    .command("watch")
    .description(`follow recordings until all have ended; without a sid the newest ${NEWEST} that run now`)
    .argument("[sid...]")
    .action(async (named: string[]) => {
      const ends = await watch(named.map(sidArgument), terminal);
      const paint = painter(terminal.stdout, terminal);
      print(
        ends.map(({ sid, result }) => ({ sid, result })),
        () => endsText(ends, paint),
      );
      exit(ends.every(({ progress }) => progress.outcome === "verified") ? 0 : 1);
    });
}

async function watch(named: string[], terminal: Terminal): Promise<End[]> {
  try {
    return await withRecordings(terminal, async (recordings) => {
      const sids = named.length > 0 ? new Set(named) : await running(recordings);
      const all = [...sids].map((sid) => recordings.get(sid));
      await follow(all, terminal);
      return Promise.all(all.map(async (recording) => ({ sid: recording.sid, ...(await recording.look()) })));
    });
  } catch (error) {
    throw error instanceof Interrupted ? goesOn(named) : error;
  }
}

async function running(recordings: Recordings): Promise<string[]> {
  const sids: string[] = [];
  for await (const { sid } of recordings.list({ running: true, limit: NEWEST })) sids.push(sid);
  return sids;
}

async function follow(recordings: Recording[], terminal: Terminal): Promise<void> {
  const lines = liveLines(terminal);
  const paint = painter(terminal.stderr, terminal);
  const latest = recordings.map((): RecordingProgress | undefined => undefined);
  const everyMs = Math.max(500, (1000 * recordings.length) / LOOKS_PER_SECOND);
  const draw = () => lines.show(drawn(recordings, latest, { lines, paint, rows: terminal.stderr.rows ?? 24 }));
  const followOne = async (recording: Recording, index: number) => {
    for await (const progress of recording.progress({ everyMs })) {
      latest[index] = progress;
      // The first picture comes with the last first look.
      if (latest.every((each) => each !== undefined)) draw();
    }
  };
  await Promise.all(recordings.map(followOne));
}

type Drawing = { lines: LiveLines; paint: Paint; rows: number };

/** As many lines as the terminal can overwrite. */
function drawn(
  recordings: Recording[],
  latest: (RecordingProgress | undefined)[],
  { lines, paint, rows }: Drawing,
): string[] {
  const columns = lines.columns();
  const texts = recordings.flatMap(({ sid }, index) => {
    const progress = latest[index];
    if (progress === undefined) return [];
    const name = columns < WIDE ? sid.slice(0, 8) : sid;
    const text = fit(`${name}  ${progressLine(progress, columns - name.length - 2)}`, columns);
    return [hasEnded(progress) ? paint(endStyle(progress), text) : text];
  });
  const room = rows - 2;
  return !lines.live || texts.length <= room ? texts : [...texts.slice(0, room), `and ${texts.length - room} more`];
}

function endsText(ends: End[], paint: Paint): string {
  const [only] = ends;
  if (only === undefined) return "No recording is under way";
  if (ends.length === 1)
    return only.result ? resultText(only.sid, only.result, paint) : withoutOutcome(only.sid, only.progress);
  const good = ends.filter(({ progress }) => progress.outcome === "verified");
  const bad = ends.filter(({ progress }) => progress.outcome !== "verified");
  const summary = `${counted(ends.length, "recording")}: ${good.length} verified, ${bad.length} not`;
  return [...bad.map((end) => badText(end, paint)), paint("bold", summary)].join("\n");
}

function badText(end: End, paint: Paint): string {
  if (end.result === null) return withoutOutcome(end.sid, end.progress);
  const { outcome, problems } = end.result;
  const [problem] = problems;
  const why = problem ? `\n  ${printable(`${problem.check}: ${problem.subject}`)}` : "";
  return `${paint(OUTCOME_STYLES[outcome], outcome)} ${end.sid}${why}`;
}
