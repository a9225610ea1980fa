/**
 * The log of a worker or webhook: one line an entry on standard error, JSON for machines, text for a person at a terminal.
 * It omits those of Temporal's attributes that do not help an operator.
 */
import { inspect } from "node:util";

import { ConfigError } from "./config-error.ts";
import type { Host } from "./host.ts";
import { ownFailure } from "../contract/failures.ts";
import { sidOfWorkflow } from "../contract/names.ts";

export type LogEntry = { timeMs?: number; level: string; message: string; attributes?: Record<string, unknown> };
export type Log = (entry: LogEntry) => void;

const HIDDEN = new Set([
  "taskToken",
  "sdkComponent",
  "isLocal",
  "activityId",
  "namespace",
  "workflowType",
  "workflowRunId",
]);

/** Opens the log in the format that `TAILSLATE_LOG_FORMAT` names; by default text on a terminal, else JSON. */
export function openLog({ env, stderr }: Pick<Host, "env" | "stderr">): Log {
  const format = env["TAILSLATE_LOG_FORMAT"] || (stderr.isTTY === true ? "text" : "json");
  if (format !== "json" && format !== "text")
    throw new ConfigError("Cannot write the log: TAILSLATE_LOG_FORMAT must be json or text");
  const formatEntry = format === "json" ? formatJson : formatText;
  return (entry) => void stderr.write(`${formatEntry(entry)}\n`);
}

function formatJson({ timeMs = Date.now(), level, message, attributes = {} }: LogEntry): string {
  const time = new Date(timeMs).toISOString();
  return JSON.stringify({ time, level, message, ...selectAttributes(attributes) });
}

function formatText({ timeMs = Date.now(), level, message, attributes = {} }: LogEntry): string {
  const pairs = Object.entries(selectAttributes(attributes)).map(
    ([name, value]) => ` ${name}=${JSON.stringify(value)}`,
  );
  return `${new Date(timeMs).toISOString()} [${level}] ${message}${pairs.join("")}`;
}

/** The attributes that help an operator, the recording first, as values for JSON. */
function selectAttributes(attributes: Record<string, unknown>): Record<string, unknown> {
  const { workflowId, runId = attributes["workflowRunId"], ...others } = attributes;
  const run = typeof workflowId === "string" ? { workflowId, runId, sid: sidOfWorkflow(workflowId) } : {};
  const all = Object.entries({ ...run, ...others });
  const kept = all.filter(([name, value]) => !HIDDEN.has(name) && value !== undefined);
  return Object.fromEntries(kept.map(([name, value]) => [name, toJsonValue(value)]));
}

function toJsonValue(value: unknown): unknown {
  const own = ownFailure(value);
  if (own) return `${own.type}: ${own.message}`;
  if (value instanceof Error) return value.stack ?? value.message;
  return typeof value === "object" || typeof value === "bigint" ? inspect(value, { breakLength: Infinity }) : value;
}
