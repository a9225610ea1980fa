/** Puts one case into a store, looks at it at every level as a worker does, and says what each level claims. */
import type { Bucket } from "../../../src/bucket/bucket.ts";
import type { Level, Problem } from "../../../src/contract/problem.ts";
import type { Outcome } from "../../../src/contract/result.ts";
import { mapConcurrently } from "../../../src/lib/map-concurrently.ts";
import { verifyFiles } from "../../../src/verify/verify-files.ts";
import { inspectRecording } from "../../../src/inventory/inspect.ts";
import { decideOutcome } from "../../../src/inventory/outcome.ts";
import type { Stored } from "../recordings/sound-recording.ts";

export const LEVELS = ["list", "head", "probe", "hash"] as const satisfies Level[];

export type FaultStore = {
  bucket: Bucket;
  /** Changes an object's bytes behind the store's back, by its whole key, as a failing disk does. */
  rot?: (key: string, bytes: Uint8Array) => Promise<void>;
};

/** What happens in the store after the listing or after the upload; keys without the prefix. */
export type LaterChange = { when: "after-listing" | "on-disk"; objects: Map<string, Uint8Array> };

export type Claim = { outcome: Outcome; problems: Problem[] };
export type Claims = Record<Level, Claim>;

/** Everything goes below `prefix`, which no other case has. */
export async function judgeAtLevels(
  { bucket, rot }: FaultStore,
  { stored, later, prefix }: { stored: Stored; later?: LaterChange; prefix: string },
): Promise<Claims> {
  const signal = AbortSignal.timeout(120_000);
  const directory = prefix + stored.directory;
  const named = stored.expectation.named.map(({ name }) => ({ name: name.replace("{prefix}", directory) }));
  const expectation = { ...stored.expectation, named, prefix: directory };
  const putAll = async (objects: Map<string, Uint8Array>) =>
    mapConcurrently([...objects], {
      limit: 8,
      work: ([name, bytes]) => bucket.put(directory + name, bytes, { signal, contentType: "application/octet-stream" }),
    });

  await putAll(stored.objects);
  for (const [name, bytes] of later?.when === "on-disk" ? later.objects : []) await rot?.(directory + name, bytes);
  const inventory = await inspectRecording({ bucket, signal }, { expectation });
  if (later?.when === "after-listing") await putAll(later.objects);

  const claims = await mapConcurrently(LEVELS, {
    limit: LEVELS.length,
    work: async (level) => {
      const examined = await verifyFiles({ bucket, signal }, { inventory, level });
      const problems = [...inventory.problems, ...examined.problems];
      const agoraNamedOrClaimed = expectation.named.length > 0;
      return {
        outcome: decideOutcome({ inventory, problems, saidNothingRecorded: false, agoraNamedOrClaimed }),
        problems,
      };
    },
  });
  const [list, head, probe, hash] = claims;
  if (!list || !head || !probe || !hash) throw new Error("Cannot judge the case: a level is missing");
  return { list, head, probe, hash };
}
