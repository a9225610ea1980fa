/**
 * Checks Temporal: its server, the namespace, the search attributes, and the workers that poll our queues.
 * Without the server or the namespace the later checks are skipped.
 */
import { type Connection, isGrpcServiceError } from "@temporalio/client";

import type { Config } from "../process/config.ts";
import { agoraTaskQueue } from "../contract/names.ts";
import { missingSearchAttributes, registerSearchAttributes } from "../process/search-attributes.ts";
import { openConnection } from "../process/temporal-connection.ts";
import { listPollers } from "../process/task-queue-pollers.ts";
import { runCheck, type CheckResult, ok, skipped, type CheckOutcome, warning, wrong } from "./check.ts";

export type TemporalOptions = {
  taskQueue: string;
  accounts: string[];
  /** As the configuration has it. */
  searchAttributes: Config["searchAttributes"];
  /** Whether to register the search attributes that are missing. */
  fix: boolean;
};

type Opened = { connection: Connection; namespace: string };
/** `NOT_FOUND` among gRPC's status codes. */
const NOT_FOUND = 5;

/** For namespaces whose search attributes cannot be changed over this connection. */
const ELSEWHERE = "Register them as Keyword where the namespace is administered, then set searchAttributes to true";

export async function checkTemporal(options: TemporalOptions): Promise<CheckResult[]> {
  const opening = openConnection();
  const reached = await runCheck({
    check: "temporal",
    remedy:
      "Start a server, or name the right one: TEMPORAL_ADDRESS or a profile, with TLS and an API key where it wants them",
    run: async () => {
      const { serverVersion } = await (await opening).connection.workflowService.getSystemInfo({});
      return ok(`Server ${serverVersion}`);
    },
  });
  const { taskQueue, accounts } = options;
  const queues = [taskQueue, ...accounts.map((account) => agoraTaskQueue(taskQueue, account))];
  const rest = ["search-attributes", ...queues.map(queueCheckName)];
  if (reached.status !== "ok") return [reached, ...skipAll(["namespace", ...rest], "Temporal cannot be used")];

  const opened = await opening;
  try {
    const namespace = await checkNamespace(opened);
    if (namespace.status !== "ok") return [reached, namespace, ...skipAll(rest, "The namespace cannot be used")];
    const attributes = checkSearchAttributes(opened, options);
    return [
      reached,
      namespace,
      ...(await Promise.all([attributes, ...queues.map((queue) => checkQueue(opened, queue))])),
    ];
  } finally {
    await opened.connection.close();
  }
}

function checkNamespace({ connection, namespace }: Opened): Promise<CheckResult> {
  return runCheck({
    check: "namespace",
    remedy: "Use credentials that may use it, or set TEMPORAL_NAMESPACE",
    run: async () => {
      try {
        await connection.workflowService.describeNamespace({ namespace });
        return ok(namespace);
      } catch (error) {
        const code: number | undefined = isGrpcServiceError(error) ? error.code : undefined;
        if (code !== NOT_FOUND) throw error;
        const remedy = `Set TEMPORAL_NAMESPACE, or run: temporal operator namespace create --namespace ${namespace}`;
        return wrong(`There is no namespace ${namespace}`, remedy);
      }
    },
  });
}

function checkSearchAttributes(opened: Opened, { searchAttributes, fix }: TemporalOptions): Promise<CheckResult> {
  return runCheck({
    check: "search-attributes",
    remedy: ELSEWHERE,
    run: async () => {
      if (searchAttributes === false) return ok("Not used: the configuration says so");
      const { connection, namespace } = opened;
      // Temporal Cloud does not offer this service.
      const missing = await missingSearchAttributes(connection, namespace).catch(() => undefined);
      if (missing === undefined) return warning("The server does not list those it has", ELSEWHERE);
      if (missing.length === 0) return ok("Registered");
      if (!fix) return missingAttributes(missing, searchAttributes);
      await registerSearchAttributes(connection, namespace);
      return ok(`Registered now: ${missing.join(", ")}; workers see them when they start again`);
    },
  });
}

function missingAttributes(missing: string[], wanted: true | "auto"): CheckOutcome {
  const remedy = "Run: tailslate doctor --fix";
  const found = `Missing: ${missing.join(", ")}`;
  return wanted === true
    ? wrong(`${found}; recordings wait until they are registered`, remedy)
    : warning(`${found}; list cannot filter`, remedy);
}

/** A worker polls each of its queues for activities: pollers for workflows need no check of their own. */
function checkQueue(opened: Opened, taskQueue: string): Promise<CheckResult> {
  const remedy = "Start a worker with this configuration and this TEMPORAL_TASK_QUEUE: tailslate worker";
  return runCheck({
    check: queueCheckName(taskQueue),
    remedy,
    run: async () => {
      const workers = new Set(await listPollers({ ...opened, taskQueue })).size;
      return workers === 0 ? wrong("No worker polls it", remedy) : ok(`Workers that poll it: ${workers}`);
    },
  });
}

function queueCheckName(taskQueue: string): string {
  return `task-queue ${taskQueue}`;
}

function skipAll(checks: string[], reason: string): CheckResult[] {
  return checks.map((check) => ({ check, ...skipped(reason) }));
}
