import { startS3Gateway, type S3Gateway } from "./s3-gateway.ts";
import { startTemporalServer, type TemporalServer, type TemporalServerOptions } from "./temporal-server.ts";

/** What a namespace needs for our searches, in the words of the Temporal CLI. */
export const SEARCH_ATTRIBUTES = {
  RecordingSid: "Keyword",
  RecordingChannel: "Keyword",
  RecordingPhase: "Keyword",
  RecordingOutcome: "Keyword",
};

/** The real parts around a worker: a Temporal server and an S3 store. */
export type Servers = { temporal: TemporalServer; s3: S3Gateway; stop(): Promise<void> };

/** Starts both at once; those that the environment names as running are used instead and left running. */
export async function startServers(options: TemporalServerOptions = {}): Promise<Servers> {
  const starting = [startTemporalServer(options), startS3Gateway()] as const;
  try {
    const [temporal, s3] = await Promise.all(starting);
    return { temporal, s3, stop: () => stopAll([temporal, s3]) };
  } catch (error) {
    const started = await Promise.allSettled(starting);
    await stopAll(started.flatMap((start) => (start.status === "fulfilled" ? [start.value] : [])));
    throw error;
  }
}

async function stopAll(servers: { stop(): Promise<void> }[]) {
  await Promise.all(servers.map((server) => server.stop()));
}
