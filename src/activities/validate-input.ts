import { type Finalization, parseInput } from "../contract/input.ts";
import { agoraOf, bucketOf, type Dependencies } from "./dependencies.ts";

/** The parsed input, and every setting of this worker that the workflow branches on, so that history fixes them. */
export type Validated = { input: Finalization; searchAttributes: boolean };

/**
 * Parses the caller's input and fills in the defaults.
 * Fails as `InputInvalid`, `AccountUnknown` or `StoreUnknown`, naming the field and the reason, before anything is sent.
 */
export function validateInput(dependencies: Dependencies) {
  return async (raw: unknown): Promise<Validated> => {
    const input = parseInput(raw, dependencies.buckets.has("default"));
    if (input.stop.method !== "none") agoraOf(dependencies, input.recording.account);
    if (input.files) bucketOf(dependencies, input.files.store);
    if (input.manifest) bucketOf(dependencies, input.manifest.store, "manifest.store");
    return { input, searchAttributes: dependencies.searchAttributes };
  };
}
