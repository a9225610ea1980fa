/** What a piece of work asks of a store and of its own process. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import type { Bucket } from "../../src/bucket/bucket.ts";

/** https://nodejs.org/api/diagnostics_channel.html#http */
const REQUEST = "http.client.request.start";

export type Counts = { requests: number; bytes: number };

/** The same bucket; what is read is counted. */
export function countBytes(bucket: Bucket, counts: Counts): Bucket {
  return {
    ...bucket,
    async get(key, options) {
      const object = await bucket.get(key, options);
      return object && { ...object, body: counted(object.body, counts) };
    },
  };
}

async function* counted(body: AsyncIterable<Uint8Array>, counts: Counts): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    counts.bytes += chunk.length;
    yield chunk;
  }
}

/** Counts what goes over the wire while something works, further pages of a listing included. */
export async function countRequests<Answer>(counts: Counts, work: () => Promise<Answer>): Promise<Answer> {
  const count = () => void (counts.requests += 1);
  subscribe(REQUEST, count);
  try {
    return await work();
  } finally {
    unsubscribe(REQUEST, count);
  }
}

/**
 * Seconds that the work takes, and how much the process grows meanwhile, sampled ten times a second: heap and buffers,
 * garbage included. The resident set would show nothing, because the upload before has made it large.
 */
export async function measureRun(work: () => Promise<void>): Promise<{ seconds: number; grownBytes: number }> {
  collectGarbage();
  const before = usedBytes();
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, usedBytes())), 100);
  const begin = performance.now();
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return {
    seconds: (performance.now() - begin) / 1000,
    grownBytes: Math.max(peak, usedBytes()) - before,
  };
}

/** Else what the work before left behind would be collected meanwhile, and count against the growth. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
