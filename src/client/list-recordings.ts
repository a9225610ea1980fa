/** Lists recordings by Temporal's visibility. */
import type { Client, WorkflowExecutionInfo } from "@temporalio/client";

import { sidOfWorkflow, WORKFLOW_TYPE } from "../contract/names.ts";
import type { Phase } from "../contract/phases.ts";
import type { Outcome } from "../contract/result.ts";
import { searchAttributes, toChannelAttribute } from "../contract/search-attributes.ts";
import { ConfigError } from "../process/config-error.ts";
import { hasSearchAttributes } from "../process/search-attributes.ts";

/** Temporal's own maximum. */
const PAGE_SIZE = 1000;

export type RecordingFilter = {
  /** These three need the search attributes. */
  phase?: Phase;
  outcome?: Outcome;
  channel?: string;
  /** Started at this moment or later. */
  since?: Date;
  /** Started before this moment. */
  until?: Date;
  /** Only those whose workflow still runs. */
  running?: boolean;
  /** The maximum number. Default: all. */
  limit?: number;
};

export type ListedRecording = {
  sid: string;
  channel: string | undefined;
  /** As in the search attributes: a `Phase` and an `Outcome`. */
  phase: string | undefined;
  outcome: string | undefined;
  /** Temporal's status of the workflow: `RUNNING`, `COMPLETED`, `FAILED` … */
  status: string;
  startedAt: Date;
};

/** See `Recordings.list`. */
export async function* listRecordings(client: Client, filter: RecordingFilter): AsyncIterable<ListedRecording> {
  const { limit = Infinity } = filter;
  const query = visibilityQuery(filter);
  let count = 0;
  try {
    for await (const found of client.workflow.list({ query, pageSize: Math.min(limit, PAGE_SIZE) })) {
      if (++count > limit) return;
      yield toListedRecording(found);
    }
  } catch (error) {
    throw (await lacksAttributes(client, filter)) ? new ConfigError(missingAttributesMessage(client)) : error;
  }
}

function visibilityQuery({ phase, outcome, channel, since, until, running }: RecordingFilter): string {
  const conditions = [
    ["WorkflowType =", WORKFLOW_TYPE],
    ["RecordingPhase =", phase],
    ["RecordingOutcome =", outcome],
    ["RecordingChannel =", channel && toChannelAttribute(channel)],
    ["StartTime >=", since?.toISOString()],
    ["StartTime <", until?.toISOString()],
    ["ExecutionStatus =", running === true ? "Running" : undefined],
  ];
  return conditions
    .flatMap(([is, value]) => (value === undefined ? [] : [`${is} '${escapeQuotes(value)}'`]))
    .join(" AND ");
}

function toListedRecording({
  workflowId: id,
  typedSearchAttributes,
  status,
  startTime,
}: WorkflowExecutionInfo): ListedRecording {
  return {
    sid: sidOfWorkflow(id) ?? id,
    channel: typedSearchAttributes.get(searchAttributes.channel),
    phase: typedSearchAttributes.get(searchAttributes.phase),
    outcome: typedSearchAttributes.get(searchAttributes.outcome),
    status: status.name,
    startedAt: startTime,
  };
}

async function lacksAttributes(client: Client, { phase, outcome, channel }: RecordingFilter): Promise<boolean> {
  if ((phase ?? outcome ?? channel) === undefined) return false;
  return !(await hasSearchAttributes(client.connection, client.options.namespace));
}

function missingAttributesMessage(client: Client): string {
  return `Cannot list by phase, outcome or channel: the namespace "${client.options.namespace}" lacks the search attributes, which "tailslate search-attributes" registers`;
}

/** Strings in Temporal's visibility query are quoted as in SQL. */
function escapeQuotes(value: string): string {
  return value.replaceAll("'", "''");
}
