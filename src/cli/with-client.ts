/** The client of a command: opened, used and closed, and let go when somebody presses Ctrl-C. */
import { InvalidArgumentError } from "commander";

import { connect, type Recordings } from "../client.ts";
import { workflowId } from "../contract/names.ts";
import { Interrupted, type CommandHost } from "./context.ts";

/** Connects to Temporal for one command. Throws `Interrupted` at Ctrl-C, whatever `use` was at. */
export async function withClient<T>(host: CommandHost, use: (recordings: Recordings) => Promise<T>): Promise<T> {
  const taskQueue = host.env["TEMPORAL_TASK_QUEUE"];
  const interrupted = new Promise<never>((_resolve, reject) => {
    host.once("SIGINT", () => reject(new Interrupted()));
  });
  const used = useClient(taskQueue === undefined ? {} : { taskQueue }, use);
  used.catch(() => undefined); // what an interrupted command still has to say, nobody hears
  return Promise.race([used, interrupted]);
}

/** Whether a word can be a sid; a path that looks like one is written `./name`. */
export function isSid(word: string): boolean {
  return /^[A-Za-z0-9-]+$/.test(word);
}

/** Reads a sid, or the id of its workflow as Temporal's UI shows it. */
export function parseSid(text: string): string {
  const prefix = workflowId("");
  const sid = text.startsWith(prefix) ? text.slice(prefix.length) : text;
  if (!isSid(sid)) throw new InvalidArgumentError("It must be a sid: letters, digits and - only.");
  return sid;
}

async function useClient<T>(options: { taskQueue?: string }, use: (recordings: Recordings) => Promise<T>): Promise<T> {
  const recordings = await connect(options);
  try {
    return await use(recordings);
  } finally {
    await recordings.close();
  }
}
