import { type ResolvedInput, resolveInput } from "../contract/input.ts";
import { requireAgora, requireBucket, type Dependencies } from "./dependencies.ts";

/** The resolved input, and every setting of this worker on which the workflow branches: the history fixes them. */
export type ValidatedInput = { input: ResolvedInput; searchAttributes: boolean };

/**
 * Parses the caller's input and fills in the defaults.
 * Fails as `InputInvalid`, `AccountUnknown` or `StoreUnknown`, naming the field and the reason, before anything is sent.
 */
export function validateInput(dependencies: Dependencies) {
  return async (raw: unknown): Promise<ValidatedInput> => {
    const input = resolveInput(raw, dependencies.buckets.has("default"));
    if (input.stop.method !== "none") requireAgora(dependencies, input.recording.account);
    if (input.files) requireBucket(dependencies, input.files);
    if (input.manifest) requireBucket(dependencies, { store: input.manifest.store, field: "manifest.store" });
    return { input, searchAttributes: dependencies.searchAttributes };
  };
}
