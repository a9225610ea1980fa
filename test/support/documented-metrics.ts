/** The metrics as docs/operations.md promises them: the tables whose rows begin with a metric's name. */
import { readFile } from "node:fs/promises";

const ROW = /^\| `((?:tailslate|temporal)_\w+)` +\| (\w+) +\| ([^|]*)\|/gm;

export type DocumentedMetric = { type: string; labels: string[] };

export async function readDocumentedMetrics(): Promise<Map<string, DocumentedMetric>> {
  const page = await readFile(new URL("../../docs/operations.md", import.meta.url), "utf8");
  return new Map(
    [...page.matchAll(ROW)].map(([, name = "", type = "", labels = ""]) => [
      name,
      { type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = ""]) => label) },
    ]),
  );
}
