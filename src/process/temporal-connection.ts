/**
 * The connection to Temporal of every process but the worker, as `@temporalio/envconfig` describes it.
 *
 * The SDK's own `Connection.connect` tries an address without a server for ten seconds. Here the first call is made on a lazy
 * connection and repeated for about a second only. Later calls are retried as usual by the SDK.
 */
import {
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  isGrpcServiceError,
  makeGrpcRetryInterceptor,
} from "@temporalio/client";
import { loadClientConnectConfig } from "@temporalio/envconfig";

import { TailslateError } from "../lib/tailslate-error.ts";
import { ConfigError } from "./config-error.ts";

/** For an address that drops packets. */
const CONNECT_LIMIT_MS = 5000;
const FIRST_CALL_ATTEMPTS = 4;
/** gRPC's PERMISSION_DENIED and UNAUTHENTICATED. */
const REFUSED = new Set([7, 16]);

/** Connects. Throws a `ConfigError` for settings that cannot be used, and a `TailslateError` when Temporal cannot be reached. */
export async function openConnection(): Promise<{ connection: Connection; namespace: string }> {
  const { connectionOptions, namespace = "default" } = loadConnectionConfig();
  const { address = "localhost:7233" } = connectionOptions;
  const { connection, connected } = lazyConnection(connectionOptions);
  try {
    await connection.withDeadline(Date.now() + CONNECT_LIMIT_MS, async () =>
      connection.workflowService.getSystemInfo({}),
    );
    connected();
    return { connection, namespace };
  } catch (cause) {
    await connection.close();
    if (isGrpcServiceError(cause) && REFUSED.has(cause.code))
      throw new ConfigError(`Cannot use Temporal at ${address}: it refuses our credentials`, { cause });
    throw new TailslateError(`Cannot reach Temporal at ${address}`, { cause });
  }
}

function loadConnectionConfig(): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig();
  } catch (cause) {
    const from = "its file, the profile in TEMPORAL_PROFILE or another TEMPORAL_ variable is wrong";
    throw new ConfigError(`Cannot use the configuration of the connection to Temporal: ${from}`, { cause });
  }
}

function lazyConnection(options: ConnectionOptions): { connection: Connection; connected: () => void } {
  const retry = defaultGrpcRetryOptions();
  let patient = false;
  const interceptor = makeGrpcRetryInterceptor({
    ...retry,
    retryableDecider: (attempt, status) =>
      (patient || attempt < FIRST_CALL_ATTEMPTS) && retry.retryableDecider(attempt, status),
  });
  const connection = Connection.lazy({ ...options, interceptors: [interceptor] });
  return { connection, connected: () => void (patient = true) };
}
