/** What Temporal's UI says of a recording from its start on. Nothing in it is secret, because nothing in an input is. */
import type { FinalizeInput } from "../contract/input.ts";

/** One line for lists, which Temporal limits to 200 bytes, and Markdown with what the caller asked for. */
export function staticDetails(input: FinalizeInput): { staticSummary: string; staticDetails: string } {
  const { sid, cname, appId, uid, mode } = input.recording;
  const lines = [
    `Channel ${codeSpan(cname)}, mode ${mode}, recorder ${codeSpan(uid)}`,
    `Files: ${describeFiles(input)}`,
    `Stop: ${describeStop(input)}; verification: ${input.verification ?? "list"}`,
    `App ID ${codeSpan(appId)}`,
  ];
  return {
    staticSummary: `Recording ${sid} of channel ${cname}`.slice(0, 190),
    staticDetails: lines.map((line) => `- ${line}`).join("\n"),
  };
}

function describeFiles({ files }: FinalizeInput): string {
  if (files === null) return "no store to look into";
  const { store = "default", fileNamePrefix = [], expect = ["hls"] } = files ?? {};
  const place = fileNamePrefix.length === 0 ? "" : `, under ${codeSpan(fileNamePrefix.join("/"))}`;
  return `store ${store}${place}, expected: ${expect.join(", ")}`;
}

function describeStop({ stop }: FinalizeInput): string {
  const { method = "async", at } = stop ?? {};
  return at === undefined ? method : `${method}, due at ${at}`;
}

/** A name that somebody else chose: shown as it is, whatever Markdown would make of it. */
function codeSpan(name: string): string {
  return `\`${name.replaceAll("`", "'")}\``;
}
