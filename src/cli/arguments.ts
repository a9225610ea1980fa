/** Parsers of the arguments that several commands take. */
import { InvalidArgumentError } from "commander";

import { workflowId } from "../contract/names.ts";

/** Describes an argument that `parseSid` reads. */
export const SID_ARGUMENT = "or the id of its workflow";

/** Whether a word can be a sid; a path that looks like one is written `./name`. */
export function isSid(word: string): boolean {
  return /^[A-Za-z0-9-]+$/.test(word);
}

/** Reads a sid, or the id of its workflow as Temporal's UI shows it. */
export function parseSid(text: string): string {
  const prefix = workflowId("");
  const sid = text.startsWith(prefix) ? text.slice(prefix.length) : text;
  if (!isSid(sid)) throw new InvalidArgumentError("It must be a sid: letters, digits and - only.");
  return sid;
}

/** Reads a SHA-256 digest; a paste may bring spaces around it. Anything else is a bad argument, and no verdict on a file. */
export function parseDigest(text: string): string {
  const digest = text.trim().toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new InvalidArgumentError("It must be a SHA-256 digest: 64 hex digits.");
  return digest;
}

/** Reads the port of a command that listens. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("It must be a number from 0 to 65535.");
  return port;
}
