/**
 * Tells a file that the store will not give from a store that gives nothing. A refused file is a problem of its own, and the
 * rest is checked; where every file is refused the store is out of reach, which passes.
 */
import { BucketError } from "../bucket/bucket.ts";
import { problem } from "../checks/checks.ts";
import type { FileResult } from "../recording/file-result.ts";
import type { ListedFile } from "./probes.ts";

/** So many refusals before anything was given are not worth a request more. */
const MAX_BEFORE_THE_FIRST = 64;

export class Refusals {
  #given = 0;
  #refused = 0;
  #first: BucketError | undefined;

  /** Verifies a file, and takes the store's refusal for what is wrong with it. */
  async verify({ kind, entry }: ListedFile, verify: () => Promise<FileResult>): Promise<FileResult> {
    try {
      const result = await verify();
      // The look has read the playlists: they say nothing of the media.
      if (kind !== "playlist") this.#given += 1;
      return result;
    } catch (error) {
      if (!(error instanceof BucketError) || !["denied", "unreadable"].includes(error.kind)) throw error;
      this.#first ??= error;
      this.#refused += 1;
      if (this.#given === 0 && this.#refused >= MAX_BEFORE_THE_FIRST) throw error;
      const facts = { subject: entry.key, expected: "a file that can be read", observed: error.message };
      return { problems: [problem("file-unreadable", facts)] };
    }
  }

  /** Throws the first refusal where nothing was given. */
  requireSome(): void {
    if (this.#given === 0 && this.#first !== undefined) throw this.#first;
  }
}
