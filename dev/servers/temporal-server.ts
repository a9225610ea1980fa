/**
 * A Temporal server for the demo and the tests: the one that `TEMPORAL_ADDRESS` names, else the Temporal CLI's
 * development server as a child process, on free ports of the loopback interface.
 *
 * The SDK can download the CLI by itself, but only through `@temporalio/testing`, which brings a Java test server along;
 * so that step is left out, and the CLI is found or built.
 */
import process from "node:process";

import { answers, freePorts, startServer } from "./child.ts";
import { findTool } from "./tool.ts";

export type TemporalServer = {
  address: string;
  namespace: string;
  /** Where a browser finds the UI, when it was asked for. */
  uiUrl: string | undefined;
  /** The Temporal CLI behind it; `undefined` for a server that was not started here. */
  cliPath: string | undefined;
  stop(): Promise<void>;
};

export type TemporalServerOptions = {
  /** Whether to serve the web UI. Default: no. */
  ui?: boolean;
  /** Search attributes to register, by name: `{ RecordingSid: "Keyword" }`. */
  searchAttributes?: Record<string, string>;
  /** A file that keeps the workflows. Default: in memory. */
  databaseFile?: string;
};

/** Starts a development server, or uses the running one that the environment names (as it is: the options are for ours). */
export async function startTemporalServer(options: TemporalServerOptions = {}): Promise<TemporalServer> {
  const running = process.env["TEMPORAL_ADDRESS"];
  if (running !== undefined && running !== "") {
    const namespace = process.env["TEMPORAL_NAMESPACE"] ?? "default";
    return { address: running, namespace, uiUrl: undefined, cliPath: undefined, stop: async () => {} };
  }

  const cliPath = await findTemporalCli();
  const [port, httpPort, uiPort] = await freePorts(3);
  const args = ["server", "start-dev", "--ip", "127.0.0.1", "--port", `${port}`, "--http-port", `${httpPort}`];
  args.push(...(options.ui === true ? ["--ui-port", `${uiPort}`] : ["--headless"]), "--log-level", "error");
  if (options.databaseFile !== undefined) args.push("--db-filename", options.databaseFile);
  for (const [name, type] of Object.entries(options.searchAttributes ?? {})) {
    args.push("--search-attribute", `${name}=${type}`);
  }

  const ready = `http://127.0.0.1:${httpPort}/cluster/namespaces/default/search-attributes`;
  const server = await startServer({ name: "the Temporal server", path: cliPath, args }, () => answers(ready));
  const uiUrl = options.ui === true ? `http://127.0.0.1:${uiPort}` : undefined;
  return { address: `127.0.0.1:${port}`, namespace: "default", uiUrl, cliPath, stop: () => server.stop() };
}

/** The path of the Temporal CLI. Newer versions than this one carry replace directives, which `go install` refuses. */
export function findTemporalCli(): Promise<string> {
  return findTool({
    name: "temporal",
    variable: "TEMPORAL_CLI_PATH",
    module: "github.com/temporalio/cli/cmd/temporal@v1.5.1",
    buildTime: "three minutes",
  });
}
