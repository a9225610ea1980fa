/** The static summary and details of a recording's workflow in Temporal's UI. An input contains no secret. */
import { MODES } from "../agora/modes.ts";
import type { ResolvedInput } from "../contract/input.ts";
import { cutToBytes } from "../lib/cut-to-bytes.ts";

/** One line for lists, which Temporal limits to 200 bytes, and Markdown with the caller's choices. */
export function staticDetails(input: ResolvedInput): { staticSummary: string; staticDetails: string } {
  const { sid, cname, appId, uid, mode } = input.recording;
  const lines = [
    `Channel ${codeSpan(cname)}, mode ${MODES[mode].label}, recorder ${codeSpan(uid)}`,
    `Files: ${describeFiles(input)}`,
    `Stop: ${describeStop(input)}; verification: ${input.level}`,
    `App ID ${codeSpan(appId)}`,
  ];
  return {
    staticSummary: cutToBytes(`Recording ${sid} of channel ${cname}`, 190),
    staticDetails: lines.map((line) => `- ${line}`).join("\n"),
  };
}

function describeFiles({ files }: ResolvedInput): string {
  if (files === null) return "no store to look into";
  const { store, prefix, expect } = files;
  const place = prefix === "" ? "" : `, under ${codeSpan(prefix.slice(0, -1))}`;
  return `store ${store}${place}, expected: ${expect.join(", ")}`;
}

function describeStop({ stop }: ResolvedInput): string {
  const { method, at } = stop;
  return at === undefined ? method : `${method}, due at ${at}`;
}

/** Shows a foreign name literally, without effect on the Markdown. */
function codeSpan(name: string): string {
  return `\`${name.replaceAll("`", "'")}\``;
}
