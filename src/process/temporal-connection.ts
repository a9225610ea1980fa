/**
 * The connection of everything but the worker: `@temporalio/envconfig` says where, and one line says why it cannot be.
 *
 * The SDK's own `Connection.connect` tries for ten seconds an address at which nobody listens. Here the first call is made
 * on a lazy connection and repeated for about a second only; calls after it are retried as the SDK always does.
 */
import {
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  isGrpcServiceError,
  makeGrpcRetryInterceptor,
} from "@temporalio/client";
import { loadClientConnectConfig } from "@temporalio/envconfig";

import { ConfigError } from "./config-error.ts";

/** For an address that swallows everything. */
const CONNECT_LIMIT_MS = 5000;
const FIRST_CALL_ATTEMPTS = 4;
/** gRPC's PERMISSION_DENIED and UNAUTHENTICATED. */
const REFUSED = new Set([7, 16]);

/** Throws a `ConfigError` when what is configured cannot be used, and an `Error` when Temporal is away. */
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
    throw new Error(`Cannot reach Temporal at ${address}`, { cause });
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
