/** Every rule about equal content: no file may be there twice under two names. */
import type { Problem } from "../contract/problem.ts";
import type { FileResults } from "../recording/file-result.ts";
import type { Entry } from "../recording/types.ts";
import { problem } from "./checks.ts";

export type Comparison = {
  results: FileResults;
  /** SHA-256 of an entry's bytes; reads them where the level has not. */
  digest: (entry: Entry) => Promise<string>;
};

type RepeatCheck = "segment-repeated" | "mp4-repeated";

export async function findRepeats(
  entries: Entry[],
  { results, digest, check }: Comparison & { check: RepeatCheck },
): Promise<Problem[]> {
  const unique = new Map(entries.map((entry) => [entry.key, entry]));
  const similar = Map.groupBy(unique.values(), ({ key }) => results.get(key)?.fingerprint);
  similar.delete(undefined);

  const problems: Problem[] = [];
  for (const group of similar.values()) {
    if (group.length === 1) continue;
    const firstWith = new Map<string, string>();
    for (const entry of group) {
      const sha256 = await digest(entry);
      const first = firstWith.get(sha256);
      if (first === undefined) firstWith.set(sha256, entry.key);
      else problems.push(repeatProblem(check, { subject: entry.key, first }));
    }
  }
  return problems;
}

function repeatProblem(check: RepeatCheck, { subject, first }: { subject: string; first: string }): Problem {
  return problem(check, { subject, expected: "content of its own", observed: `the same bytes as ${first}` });
}
