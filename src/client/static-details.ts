/** What Temporal's UI says of a recording from its start on. Nothing in it is secret, because nothing in an input is. */
import type { FinalizeInput } from "../contract/input.ts";

/** One line for lists, which Temporal limits to 200 bytes, and Markdown with what the caller asked for. */
export function staticCard(input: FinalizeInput): { staticSummary: string; staticDetails: string } {
  const { sid, cname, appId, uid, mode } = input.recording;
  const lines = [
    `Channel ${code(cname)}, mode ${mode}, recorder ${code(uid)}`,
    `Files: ${filesOf(input)}`,
    `Stop: ${stopOf(input)}; verification: ${input.verification ?? "list"}`,
    `App ID ${code(appId)}`,
  ];
  return {
    staticSummary: `Recording ${sid} of channel ${cname}`.slice(0, 190),
    staticDetails: lines.map((line) => `- ${line}`).join("\n"),
  };
}

function filesOf({ files }: FinalizeInput): string {
  if (files === null) return "no store to look into";
  const { store = "default", fileNamePrefix = [], expect = ["hls"] } = files ?? {};
  const place = fileNamePrefix.length === 0 ? "" : `, under ${code(fileNamePrefix.join("/"))}`;
  return `store ${store}${place}, expected: ${expect.join(", ")}`;
}

function stopOf({ stop }: FinalizeInput): string {
  const { method = "async", at } = stop ?? {};
  return at === undefined ? method : `${method}, due at ${at}`;
}

/** A name that somebody else chose: shown as it is, whatever Markdown would make of it. */
function code(name: string): string {
  return `\`${name.replaceAll("`", "'")}\``;
}
