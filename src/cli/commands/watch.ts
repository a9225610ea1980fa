/** `tailslate watch`: follows many recordings, each on a line of its own, until all have ended. */
import type { Command } from "commander";

import type { Recordings } from "../../client.ts";
import { parseSid } from "../arguments.ts";
import type { CommandContext, CommandHost } from "../context.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { Interrupted } from "../exit-status.ts";
import { showProgressTable } from "../output/progress-table.ts";
import type { RecordingEnd } from "../output/result.ts";
import { formatSummary } from "../output/summary.ts";
import { interruptedNotice, withClient } from "../with-client.ts";

const NEWEST = 20;

export function addWatchCommand(program: Command, { host, exit, print }: CommandContext): void {
  program
    .command("watch")
    .description(`follow recordings until all have ended; without a sid the newest ${NEWEST} that run now`)
    .argument("[sid...]", "or the ids of their workflows", parseSids, [])
    .action(async (named: string[]) => {
      const ends = await runWatch(named, host);
      const results = ends.map(({ sid, result }) => ({ sid, result }));
      print(results, (paint) => formatSummary(ends, paint));
      if (ends.some(({ progress }) => progress.outcome !== "verified")) exit(EXIT_CODES.negative.code);
    });
}

function parseSids(text: string, before: string[]): string[] {
  return [...before, parseSid(text)];
}

async function runWatch(named: string[], host: CommandHost): Promise<RecordingEnd[]> {
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
