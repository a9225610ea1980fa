/**
 * The workers: real processes, each with proxies of its own to the store and to Agora, and with a clock of its own.
 * One that dies is started again, as every orchestrator does.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { buildCommand, type RuntimeName, WORKER } from "../../../dev/runtimes.ts";
import { bundleWorkflows } from "../../../src/worker/workflow-bundle.ts";
import { type Killable, untilOutput, startKillable } from "./killable.ts";
import { type Proxy, startProxy } from "./proxy.ts";
import type { Temporal } from "./temporal.ts";
import type { Mortal, Trouble } from "./trouble.ts";

export type Member = Mortal & {
  setClock(offByMs: number): Promise<void>;
  /** SIGTERM; resolves with what was wrong with the end, if anything was. */
  drain(): Promise<string | undefined>;
};

export type Fleet = {
  members: Member[];
  /** Exits that no fault of the plan caused, with the end of the output. */
  crashes: string[];
  close(): Promise<void>;
};

export type FleetOptions = {
  size: number;
  runtime: RuntimeName;
  folder: string;
  temporal: Temporal;
  trouble: Trouble;
  services: { store: string; agora: string };
  /** For every worker, but for where the store and Agora are. */
  env: Record<string, string>;
};

const CLOCK = fileURLToPath(new URL("./clock.ts", import.meta.url));
const RESTART_MS = 1000;
/** SIGTERM came before the worker listened to it. */
const TERMINATED = 128 + 15;
/** A worker that starts while Temporal is away ends, and one that was polling may be ended by its return. */
const TEMPORAL_EXCUSE_MS = 15_000;

/** Starts them all, and resolves when all poll. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const bundle = join(options.folder, "workflow-bundle.cjs");
  await writeFile(bundle, (await bundleWorkflows()).code);
  const crashes: string[] = [];
  const proxies: Proxy[] = [];
  const numbers = Array.from({ length: options.size }, (_, number) => number);
  const members = await Promise.all(
    numbers.map((number) => startMember(number, { ...options, bundle, crashes, proxies })),
  );
  return {
    members,
    crashes,
    async close() {
      await Promise.all(members.map((member) => member.drain()));
      await Promise.all(proxies.map((proxy) => proxy.close()));
    },
  };
}

type MemberOptions = FleetOptions & { bundle: string; crashes: string[]; proxies: Proxy[] };

async function startMember(number: number, options: MemberOptions): Promise<Member> {
  const { runtime, folder, temporal, trouble, services, env, bundle, crashes, proxies } = options;
  const clock = join(folder, `clock-${number}`);
  await writeFile(clock, "0");
  let child: Killable | undefined;
  let isReady = false;
  const firstReady = Promise.withResolvers<void>();
  let killed = false;
  let draining = false;
  const member: Member = {
    async kill() {
      if (killed || draining) return;
      killed = true;
      trouble.died(member);
      await child?.kill();
    },
    setClock: (offByMs) => writeFile(clock, String(offByMs)),
    async drain() {
      draining = true;
      await child?.stop();
      return life;
    },
  };
  const store = await startProxy(services.store, trouble.watch("store", member));
  const agora = await startProxy(services.agora, trouble.watch("agora", member));
  proxies.push(store, agora);
  const where = { AGORA_BASE_URLS: agora.url, TAILSLATE_STORE_ENDPOINT: store.url };
  const own = { CHAOS_CLOCK: clock, TAILSLATE_WORKFLOW_BUNDLE: bundle, ...where };
  const command = {
    name: `worker ${number}`,
    ...buildCommand(runtime, { script: WORKER, preload: CLOCK }),
    env: { ...env, ...own },
  };

  async function watchStart(started: Killable): Promise<void> {
    isReady = await untilOutput(started, "tailslate worker ready");
    if (isReady) firstReady.resolve();
  }

  /** Runs until drained, and gives what was wrong with its last end. One that was just being started may just end. */
  async function live(): Promise<string | undefined> {
    for (;;) {
      child = await startKillable(command);
      [killed, isReady] = [false, false];
      void watchStart(child);
      if (draining) await child.stop();
      const code = await child.ended;
      if (draining) {
        const isGood = code === 0 || (code === TERMINATED && !isReady);
        return isGood ? undefined : `Worker ${number} drained with ${code}: ${child.output()}`;
      }
      if (!killed && !temporal.wasAway(TEMPORAL_EXCUSE_MS)) {
        crashes.push(`Worker ${number} ended with ${code}: ${child.output()}`);
      }
      await delay(RESTART_MS);
    }
  }

  const life = live();
  await firstReady.promise;
  return member;
}
