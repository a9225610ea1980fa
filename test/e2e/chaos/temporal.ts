/** A Temporal development server with a database of its own, which survives being killed. */
import { join } from "node:path";

import { answers, freePorts } from "../../../dev/servers/child.ts";
import { SEARCH_ATTRIBUTES } from "../../../dev/servers/servers.ts";
import { findTemporalCli } from "../../../dev/servers/temporal-server.ts";
import { setTimeout as delay } from "node:timers/promises";
import { type Killable, startKillable } from "./killable.ts";

export type Temporal = {
  address: string;
  /** Whether it is killed now, or was less than `withinMs` ago. */
  wasAway(withinMs: number): boolean;
  /** SIGKILL; after `downMs` it starts on its database again, at the same address. One such failure follows the other. */
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
    for (;;) {
      const server = await startKillable({ name: "the Temporal server", path, args });
      const ended = server.ended.then(() => false);
      for (let waits = true; waits; waits = await Promise.race([ended, delay(50, true)])) {
        if (await answers(ready)) return server;
      }
      await delay(500); // its port, or its database, was not free yet
    }
  }

  let server = await start();
  let awayUntilMs = 0;
  let failing = Promise.resolve();

  async function failOnce(downMs: number): Promise<void> {
    awayUntilMs = Number.POSITIVE_INFINITY;
    await server.kill();
    await delay(downMs);
    server = await start();
    awayUntilMs = Date.now();
  }

  return {
    address: `127.0.0.1:${port}`,
    wasAway: (withinMs) => Date.now() < awayUntilMs + withinMs,
    fail: (downMs) => (failing = failing.then(() => failOnce(downMs))),
    stop: () => server.stop(),
  };
}
