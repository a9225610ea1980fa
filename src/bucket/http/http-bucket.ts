/** The bucket port over HTTP: all that S3 and Azure Blob have in common. A write is one plain PUT with its length and its MD5. */
import { createHash } from "node:crypto";

import { type Bucket, BucketError, type WriteOptions } from "../bucket.ts";
import { listObjects } from "./list-objects.ts";
import type { Protocol } from "./protocol.ts";
import { getObject, headObject } from "./read-object.ts";
import { callError, request, type StoreCall } from "./request.ts";

/** Opens a bucket; nothing is sent yet. A key that no URL can carry (with a `.` or `..` part) is a `BucketError`. */
export function createHttpBucket(protocol: Protocol): Bucket {
  return {
    name: protocol.bucket,
    list: async (prefix, signal) => listObjects({ protocol, action: "list", signal }, prefix),
    head: async (key, signal) => headObject({ protocol, action: "read from", signal }, key),
    get: async (key, { signal, ...wanted }) => getObject({ protocol, action: "read from", signal }, { key, ...wanted }),
    put: async (key, bytes, { signal, ...options }) =>
      putObject({ protocol, action: "write to", signal }, { key, bytes, ...options }),
  };
}

type Write = { key: string; bytes: Uint8Array } & Omit<WriteOptions, "signal">;

async function putObject(call: StoreCall, write: Write): Promise<"written" | "exists"> {
  if (write.ifAbsent !== true) return sendObject(call, write, {});
  try {
    return await sendObject(call, write, { "if-none-match": "*" });
  } catch (error) {
    if (!(error instanceof BucketError)) throw error;
    if (error.status === 412 || (error.status === 409 && error.code === call.protocol.takenCode)) return "exists";
    // A store that knows no conditional write says so in one of these ways.
    if (error.status !== 501 && error.status !== 400) throw error;
    return sendObject(call, write, {});
  }
}

async function sendObject(
  call: StoreCall,
  { key, bytes, contentType, lock = false }: Write,
  condition: Record<string, string>,
): Promise<"written"> {
  const headers = {
    ...condition,
    ...call.protocol.writeHeaders?.(bytes, { lock }),
    "content-type": contentType,
    // Amazon and Backblaze demand it in a bucket with Object Lock; every store checks it.
    "content-md5": createHash("md5").update(bytes).digest("base64"),
  };
  const response = await request(call, { method: "PUT", key, bytes, headers });
  // That only the bucket can be missing has an error code: a bare 404 is no place to write to.
  if (response === undefined) throw callError(call, "the store answered 404");
  response.discard();
  return "written";
}
