/** The configuration of a single Temporal server, after `development-postgres12.yaml` of its module. */

/** `ports`: nine free ones, the first for the clients. */
export function clusterConfig({ port, user }: { port: number; user: string }, ports: number[]): object {
  const store = (databaseName: string, maxConns: number) => ({
    sql: {
      pluginName: "postgres12",
      databaseName,
      connectAddr: `127.0.0.1:${port}`,
      connectProtocol: "tcp",
      user,
      password: "",
      maxConns,
      maxIdleConns: maxConns,
      maxConnLifetime: "1h",
    },
  });
  const service = (index: number) => ({
    rpc: { grpcPort: ports[2 * index], membershipPort: ports[2 * index + 1], bindOnIP: "127.0.0.1" },
  });
  return {
    log: { stdout: true, level: "error" },
    persistence: {
      defaultStore: "default",
      visibilityStore: "visibility",
      numHistoryShards: 4,
      datastores: { default: store("temporal", 20), visibility: store("temporal_visibility", 2) },
    },
    global: { membership: { maxJoinDuration: "30s", broadcastAddress: "127.0.0.1" } },
    services: { frontend: service(0), matching: service(1), history: service(2), worker: service(3) },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: "active",
      currentClusterName: "active",
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: "frontend", rpcAddress: `127.0.0.1:${ports[0]}` },
      },
    },
    publicClient: { hostPort: `127.0.0.1:${ports[0]}` },
  };
}
