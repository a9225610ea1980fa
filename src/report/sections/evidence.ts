/** The section on why this can be believed: how closely the files were looked at, and the manifest's own digest. */
import type { Manifest } from "../../manifest/schema.ts";
import { formatBytes, plural } from "../../lib/quantities.ts";
import { html, type Html } from "../html.ts";
import { renderFacts, renderTable } from "../table.ts";
import { renderCode } from "../format.ts";

/** The manifest as a file. `confirmed`: its digest is the one that the workflow's result, or the caller, promised. */
export type ManifestFile = { name: string; sha256: string; bytes: number; confirmed: boolean };

/** Each level does all that the ones before it do. */
const LEVELS: readonly { level: Manifest["level"]; asks: string }[] = [
  { level: "list", asks: "Is every file there, not empty, and named by a playlist that has ended?" },
  { level: "head", asks: "Are the files still those that were listed, and what checksum does the store keep?" },
  { level: "probe", asks: "Are they media of the right length, in order, and none twice?" },
  { level: "hash", asks: "What is the SHA-256 of every byte, and is it what the store took?" },
];

export function renderEvidence(manifest: Manifest, file: ManifestFile): Html {
  const { level, expectedFrom } = manifest;
  const reached = LEVELS.findIndex((each) => each.level === level);
  const rows = LEVELS.map(({ level: name, asks }, at) => [name, asks, at <= reached ? "yes" : "no"]);
  const source =
    expectedFrom === "agora"
      ? "Agora named files; these, and whatever they call for, were expected."
      : "Agora named no file: expected was what the caller asked for, and what the files found call for.";
  return html`<section aria-labelledby="evidence">
    <h2 id="evidence">What was checked</h2>
    <p>${source}</p>
    ${renderTable({ caption: "Checks by level", columns: ["Level", "Question", "Asked"], rows })}
    <h3>This manifest</h3>
    ${renderFacts(listDigestFacts(manifest, file))}
  </section>`;
}

function listDigestFacts({ recording, run, segments }: Manifest, { name, sha256, bytes, confirmed }: ManifestFile) {
  const side = "sideFile" in segments ? segments.sideFile : undefined;
  const believed = confirmed ? "as promised" : "to be compared with the one in the workflow's result";
  return [
    ["File", html`${renderCode(name)}, ${formatBytes(bytes)}`] as const,
    ["SHA-256", html`${renderCode(sha256)}, ${believed}`] as const,
    ...(side
      ? [
          [
            "Segments",
            html`${plural(segments.count, "line")} in ${renderCode(side.key)}, SHA-256 ${renderCode(side.sha256)}`,
          ] as const,
        ]
      : []),
    ["Workflow", html`${renderCode(run.workflowId)}, run ${renderCode(run.runId)}`] as const,
    [
      "Check again",
      html`${renderCode(`tailslate verify ${recording.sid}`)} holds every file against the store once more`,
    ] as const,
  ];
}
