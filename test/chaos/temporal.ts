/** A Temporal development server with a database of its own, which survives being killed. */
import { join } from "node:path";

import { answers, freePorts } from "../../dev/child.ts";
import { SEARCH_ATTRIBUTES } from "../../dev/servers.ts";
import { findTemporalCli } from "../../dev/temporal-server.ts";
import { setTimeout as delay } from "node:timers/promises";
import { type Killable, startKillable } from "./killable.ts";

export type Temporal = {
  address: string;
  /** Whether it is killed now, or was less than `withinMs` ago. */
  wasAway(withinMs: number): boolean;
  /** SIGKILL; after `downMs` it starts on its database again, at the same address. */
  fail(downMs: number): Promise<void>;
  stop(): Promise<void>;
};

export async function startTemporal(folder: string): Promise<Temporal> {
  const path = await findTemporalCli();
  const [port, httpPort] = await freePorts(2);
  const args = ["server", "start-dev", "--headless", "--log-level", "error", "--ip", "127.0.0.1"];
  args.push("--port", `${port}`, "--http-port", `${httpPort}`, "--db-filename", join(folder, "temporal.db"));
  for (const [name, type] of Object.entries(SEARCH_ATTRIBUTES)) args.push("--search-attribute", `${name}=${type}`);
  const ready = `http://127.0.0.1:${httpPort}/cluster/namespaces/default/search-attributes`;

  async function start(): Promise<Killable> {
    const server = await startKillable({ name: "the Temporal server", path, args });
    while (!(await answers(ready))) await delay(50);
    return server;
  }

  let server = await start();
  let awayUntilMs = 0;
  return {
    address: `127.0.0.1:${port}`,
    wasAway: (withinMs) => Date.now() < awayUntilMs + withinMs,
    async fail(downMs) {
      awayUntilMs = Number.POSITIVE_INFINITY;
      await server.kill();
      await delay(downMs);
      server = await start();
      awayUntilMs = Date.now();
    },
    stop: () => server.stop(),
  };
}
