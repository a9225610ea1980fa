/** A scrape as Prometheus reads it: the text format, version 0.0.4. */

export type ScrapedMetric = { type: string; labels: Set<string>; samples: Sample[] };
export type Sample = { name: string; labels: Record<string, string>; value: number };

const SAMPLE = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** By the name of its `# TYPE` line. Throws at a line that is neither a comment nor a sample of the metric above it. */
export function parseScrape(text: string): Map<string, ScrapedMetric> {
  const metrics = new Map<string, ScrapedMetric>();
  let current = "";
  for (const line of text.split("\n")) {
    const [, named, type] = /^# TYPE (\S+) (\w+)$/.exec(line) ?? [];
    if (named !== undefined && type !== undefined) {
      current = named;
      metrics.set(named, { type, labels: new Set(), samples: [] });
    }
    if (line === "" || line.startsWith("#")) continue;
    const metric = metrics.get(current);
    const sample = parseSample(line);
    if (metric === undefined || !sample.name.startsWith(current)) throw new Error(`Cannot read the scrape: ${line}`);
    for (const label of Object.keys(sample.labels)) if (label !== "le") metric.labels.add(label);
    metric.samples.push(sample);
  }
  return metrics;
}

function parseSample(line: string): Sample {
  const { name = "", labels = "", value } = SAMPLE.exec(line)?.groups ?? {};
  const pairs = [...labels.matchAll(LABEL)].map(([, label = "", content = ""]) => [label, content] as const);
  return { name, labels: Object.fromEntries(pairs), value: Number(value) };
}

/** The sum of the samples that carry these labels; `undefined` where no sample does. */
export function sumOf(metric: ScrapedMetric | undefined, wanted: Record<string, string> = {}): number | undefined {
  const found = (metric?.samples ?? []).filter(({ labels }) =>
    Object.entries(wanted).every(([label, value]) => labels[label] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}
