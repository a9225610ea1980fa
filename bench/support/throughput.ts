/** How many recordings, or workflows of the floor, are finished in a second. */
import { randomUUID } from "node:crypto";

import { mapConcurrently } from "../../src/lib/map-concurrently.ts";
import type { Recorded } from "../../src/emulator/recording/record.ts";
import type { floor } from "../floor/workflow.ts";
import { FLOOR_TASK_QUEUE } from "../floor/task-queue.ts";
import { ownDirectory, type Rig } from "./rig.ts";

/** Enough to keep a worker busy, few enough for its cache of workflows. */
const AT_ONCE = 40;
const PREPARED_AT_ONCE = 8;
/** One recording as small as it may be: what is measured is the engine, not the store. */
const SCENARIO = { idleExit: true, segments: 2, growingPlaylist: false } as const;

type Prepared = { recording: Recorded; fileNamePrefix: string[] };

/** Recordings whose sessions are over and whose files are all there, each in a directory of its own. */
export async function prepareRecordings({ emulator }: Rig, count: number): Promise<Prepared[]> {
  return mapConcurrently(Array.from({ length: count }), {
    limit: PREPARED_AT_ONCE,
    async work() {
      const fileNamePrefix = ownDirectory();
      const recording = await emulator.record({ scenario: SCENARIO, fileNamePrefix });
      await emulator.whenUploaded(recording.sid);
      return { recording, fileNamePrefix };
    },
  });
}

/** Finishes them all; recordings a second. Each costs one stop, one query, two looks and one manifest. */
export async function finishRecordings({ recordings }: Rig, prepared: Prepared[]): Promise<number> {
  return rate(prepared, async ({ recording, fileNamePrefix }) => {
    const begun = await recordings.finalize({ recording, files: { fileNamePrefix }, poll: { quiet: "0s" } });
    const { outcome } = await begun.result();
    if (outcome !== "verified") throw new Error(`Cannot measure: a recording ended ${outcome}`);
  });
}

/** Runs so many workflows of the floor; workflows a second. */
export async function finishFloor({ client }: Rig, count: number): Promise<number> {
  return rate(Array.from({ length: count }), async () =>
    client.workflow.execute<typeof floor>("floor", {
      workflowId: `floor-${randomUUID()}`,
      taskQueue: FLOOR_TASK_QUEUE,
    }),
  );
}

async function rate<Item>(items: Item[], work: (item: Item) => Promise<void>): Promise<number> {
  const begin = performance.now();
  await mapConcurrently(items, { limit: AT_ONCE, work });
  return (items.length * 1000) / (performance.now() - begin);
}
