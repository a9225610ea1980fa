/** The command that follows many recordings at once, each on a line of its own, until all have ended. */
import type { Command } from "commander";

import type { Recordings } from "../../client.ts";
import { type End, endsText } from "../output/summary.ts";
import { sidArgument, withRecordings } from "../with-client.ts";
import { goesOn } from "./stop.ts";
import { type CommandContext, Interrupted, type Terminal } from "../context.ts";
import { painter } from "../output/text.ts";
import { followAll } from "../output/watch-table.ts";

const NEWEST = 20;

export function addWatchCommand(program: Command, { terminal, exit, print }: CommandContext): void {
  program
    .command("watch")
    .description(`follow recordings until all have ended; without a sid the newest ${NEWEST} that run now`)
    .argument("[sid...]", "or the ids of their workflows", sidArguments, [])
    .action(async (named: string[]) => {
      const ends = await watch(named, terminal);
      const paint = painter(terminal.stdout, terminal);
      print(
        ends.map(({ sid, result }) => ({ sid, result })),
        () => endsText(ends, paint),
      );
      exit(ends.every(({ progress }) => progress.outcome === "verified") ? 0 : 1);
    });
}

function sidArguments(text: string, before: string[]): string[] {
  return [...before, sidArgument(text)];
}

async function watch(named: string[], terminal: Terminal): Promise<End[]> {
  try {
    return await withRecordings(terminal, async (recordings) => {
      const sids = named.length > 0 ? new Set(named) : await running(recordings);
      const all = [...sids].map((sid) => recordings.get(sid));
      await followAll(all, terminal);
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
