/** Rules about equal content: no file may be there twice under two names. */
import type { Problem } from "../contract/problem.ts";
import type { FileResult } from "../recording/file-facts.ts";
import type { Entry } from "../recording/types.ts";
import { problem } from "./checks.ts";

export type Comparison = {
  facts: ReadonlyMap<string, FileResult>;
  /** SHA-256 of an entry's bytes; reads them where it is not known yet. */
  digest: (entry: Entry) => Promise<string>;
};

type RepeatCheck = "segment-repeated" | "mp4-repeated";

export async function findRepeats(
  entries: Entry[],
  { facts, digest, check }: Comparison & { check: RepeatCheck },
): Promise<Problem[]> {
  const unique = new Map(entries.map((entry) => [entry.key, entry]));
  const alike = Map.groupBy(unique.values(), ({ key }) => facts.get(key)?.fingerprint);
  alike.delete(undefined);

  const problems: Problem[] = [];
  for (const group of alike.values()) {
    if (group.length === 1) continue;
    const firstWith = new Map<string, string>();
    for (const entry of group) {
      const sha256 = await digest(entry);
      const first = firstWith.get(sha256);
      if (first === undefined) firstWith.set(sha256, entry.key);
      else problems.push(sameContent(check, { subject: entry.key, first }));
    }
  }
  return problems;
}

function sameContent(check: RepeatCheck, { subject, first }: { subject: string; first: string }): Problem {
  return problem(check, { subject, expected: "content of its own", observed: `the same bytes as ${first}` });
}
