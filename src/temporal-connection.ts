/** The connection of everything but the worker: `@temporalio/envconfig` says where, and one line says when nobody is there. */
import { Connection } from "@temporalio/client";
import { loadClientConnectConfig } from "@temporalio/envconfig";

export async function openConnection(): Promise<{ connection: Connection; namespace: string }> {
  const { connectionOptions, namespace = "default" } = loadClientConnectConfig();
  try {
    return { connection: await Connection.connect(connectionOptions), namespace };
  } catch (cause) {
    throw new Error(`Cannot reach Temporal at ${connectionOptions.address ?? "localhost:7233"}`, { cause });
  }
}
