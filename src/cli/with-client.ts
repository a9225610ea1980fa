/** Connects to Temporal for one command, and closes the connection when the command ends or Ctrl-C is pressed. */
import { connect, type Recording, type Recordings } from "../client.ts";
import type { CommandHost } from "./context.ts";
import { Interrupted } from "./exit-status.ts";

/** Throws `Interrupted` at Ctrl-C, whatever `use` is doing. */
export async function withClient<T>(host: CommandHost, use: (recordings: Recordings) => Promise<T>): Promise<T> {
  const taskQueue = host.env["TEMPORAL_TASK_QUEUE"];
  const interrupted = new Promise<never>((_resolve, reject) => {
    host.once("SIGINT", () => reject(new Interrupted()));
  });
  const used = useClient(taskQueue === undefined ? {} : { taskQueue }, use);
  used.catch(() => undefined); // after an interrupt it may still reject
  return Promise.race([used, interrupted]);
}

/** For a command about one recording. */
export async function withRecording<T>(
  { host, sid }: { host: CommandHost; sid: string },
  use: (recording: Recording) => Promise<T>,
): Promise<T> {
  return withClient(host, async (recordings) => use(recordings.get(sid)));
}

/** What continues after Ctrl-C; without sids, all recordings that run. */
export function interruptedNotice(sids: string[]): Interrupted {
  const [workflow, it] = sids.length === 1 ? ["The workflow goes on", "it"] : ["The workflows go on", "them"];
  return new Interrupted(`${workflow}; follow ${it} again with: ${["tailslate watch", ...sids].join(" ")}`);
}

async function useClient<T>(options: { taskQueue?: string }, use: (recordings: Recordings) => Promise<T>): Promise<T> {
  const recordings = await connect(options);
  try {
    return await use(recordings);
  } finally {
    await recordings.close();
  }
}
