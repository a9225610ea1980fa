/** What a test may be waiting for: asked when one of them does not end. */

const reporters = new Set<() => Promise<string>>();

/** Adds a source of the report below. Returns the function that removes it. */
export function addPendingReport(reporter: () => Promise<string>): () => void {
  reporters.add(reporter);
  return () => void reporters.delete(reporter);
}

/** All reports. One that fails says so. */
export async function reportPending(): Promise<string> {
  const reports = [...reporters].map((reporter) =>
    reporter().catch((error: unknown) => `Cannot tell: ${String(error)}`),
  );
  return (await Promise.all(reports)).join("\n");
}
