import type { Agora } from "../agora/client.ts";
import type { Bucket } from "../bucket/bucket.ts";
import { failure } from "../contract/failures.ts";

/** What the activities of one worker process need; built once from its configuration. */
export type Dependencies = {
  /** By account name. */
  agora: ReadonlyMap<string, Agora>;
  /** By store name. */
  buckets: ReadonlyMap<string, Bucket>;
  /** Whether the namespace has our search attributes. */
  searchAttributes: boolean;
};

export function requireAgora({ agora }: Dependencies, account: string): Agora {
  const client = agora.get(account);
  if (client) return client;
  throw failure(
    "AccountUnknown",
    `Cannot stop the recording: recording.account names "${account}", which this worker does not have`,
  );
}

export function requireBucket(
  { buckets }: Dependencies,
  { store, field = "files.store" }: { store: string; field?: "files.store" | "manifest.store" },
): Bucket {
  const bucket = buckets.get(store);
  if (bucket) return bucket;
  throw failure(
    "StoreUnknown",
    `Cannot verify the recording: ${field} names "${store}", which this worker does not have`,
  );
}
