/** The command that follows many recordings at once, each on a line of its own, until all have ended. */
import type { Command } from "commander";

import type { Recordings } from "../../client.ts";
import { type WatchedEnd, formatSummary } from "../output/summary.ts";
import { parseSid, withClient } from "../with-client.ts";
import { interruptedNotice } from "./stop.ts";
import { type CommandContext, Interrupted, type CommandHost } from "../context.ts";
import { createPainter } from "../output/terminal-text.ts";
import { showProgressTable } from "../output/progress-table.ts";

const NEWEST = 20;

export function addWatchCommand(program: Command, { host, exit, print }: CommandContext): void {
  program
    .command("watch")
    .description(`follow recordings until all have ended; without a sid the newest ${NEWEST} that run now`)
    .argument("[sid...]", "or the ids of their workflows", parseSids, [])
    .action(async (named: string[]) => {
      const ends = await runWatch(named, host);
      const paint = createPainter(host.stdout, host);
      print(
        ends.map(({ sid, result }) => ({ sid, result })),
        () => formatSummary(ends, paint),
      );
      exit(ends.every(({ progress }) => progress.outcome === "verified") ? 0 : 1);
    });
}

function parseSids(text: string, before: string[]): string[] {
  return [...before, parseSid(text)];
}

async function runWatch(named: string[], host: CommandHost): Promise<WatchedEnd[]> {
  try {
    return await withClient(host, async (recordings) => {
      const sids = named.length > 0 ? new Set(named) : await listRunning(recordings);
      const all = [...sids].map((sid) => recordings.get(sid));
      await showProgressTable(all, host);
      return Promise.all(all.map(async (recording) => ({ sid: recording.sid, ...(await recording.look()) })));
    });
  } catch (error) {
    throw error instanceof Interrupted ? interruptedNotice(named) : error;
  }
}

async function listRunning(recordings: Recordings): Promise<string[]> {
  const sids: string[] = [];
  for await (const { sid } of recordings.list({ running: true, limit: NEWEST })) sids.push(sid);
  return sids;
}
