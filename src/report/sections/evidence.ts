/** The section on why this can be believed: which checks were made, and the manifest's own digest. */
import type { Level } from "../../contract/problem.ts";
import type { Manifest } from "../../manifest/schema.ts";
import { formatBytes, plural } from "../../lib/quantities.ts";
import { html, type Html } from "../html.ts";
import { type Fact, renderFacts, renderTable } from "../table.ts";
import { renderCode } from "../format.ts";

/** The manifest as a file. `confirmed`: its digest is the one that the workflow's result, or the caller, promised. */
export type ManifestFile = { name: string; sha256: string; bytes: number; confirmed: boolean };

/** In order: each level asks its own question and those before it. */
const QUESTIONS: Record<Level, string> = {
  list: "Is every file there, not empty, and named by a playlist that has ended?",
  head: "Are the files still those that were listed, and what checksum does the store keep?",
  probe: "Are they media of the right length, in order, and none twice?",
  hash: "What is the SHA-256 of every byte, and is it what the store took?",
};

const SOURCES: Record<Manifest["expectedFrom"], string> = {
  agora: "Agora named files; these, and all that they refer to, were expected.",
  discovered: "Agora named no file: what the caller asked for, and all that the files found refer to, was expected.",
};

export function renderEvidence(manifest: Manifest, file: ManifestFile): Html {
  const { level, expectedFrom } = manifest;
  const reached = Object.keys(QUESTIONS).indexOf(level);
  const rows = Object.entries(QUESTIONS).map(([name, question], at) => [name, question, at <= reached ? "yes" : "no"]);
  return html`<section aria-labelledby="evidence">
    <h2 id="evidence">What was checked</h2>
    <p>${SOURCES[expectedFrom]}</p>
    ${renderTable({ caption: "Checks by level", columns: ["Level", "Question", "Asked"], rows })}
    <h3>This manifest</h3>
    ${renderFacts(listDigestFacts(manifest, file))}
  </section>`;
}

function listDigestFacts({ recording, run, segments }: Manifest, file: ManifestFile): Fact[] {
  const { name, sha256, bytes, confirmed } = file;
  const state = confirmed ? "as promised" : "to be compared with the one in the workflow's result";
  const facts: Fact[] = [
    ["File", html`${renderCode(name)}, ${formatBytes(bytes)}`],
    ["SHA-256", html`${renderCode(sha256)}, ${state}`],
  ];
  if ("sideFile" in segments) {
    const { key, sha256: digest } = segments.sideFile;
    facts.push([
      "Segments",
      html`${plural(segments.count, "line")} in ${renderCode(key)}, SHA-256 ${renderCode(digest)}`,
    ]);
  }
  facts.push(["Workflow", html`${renderCode(run.workflowId)}, run ${renderCode(run.runId)}`]);
  const command = renderCode(`tailslate verify ${recording.sid}`);
  facts.push(["Check again", html`${command} checks every file against the store once more`]);
  return facts;
}
