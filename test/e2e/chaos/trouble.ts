/** What is wrong between the workers and the two services now, and the points at which a worker dies next. */
import { setTimeout as delay } from "node:timers/promises";

import type { Asked, Fate, Watch } from "./proxy.ts";

export const SERVICES = ["store", "agora"] as const;
export type Service = (typeof SERVICES)[number];

/** `slow` may be slower than our patience; `rubbish` comes in place of an answer, once the service has done its part. */
export const WAYS = ["away", "answers lost", "slow", "rubbish"] as const;
export type Way = (typeof WAYS)[number];

/** The external effects: Agora's stop, a look at the store, the manifest's PUT. */
export const EFFECTS = ["stop", "look", "put"] as const;
type Effect = (typeof EFFECTS)[number];
export type Point = `${"before" | "after"} ${Effect}`;

export type Mortal = { kill(): Promise<void> };

export type Trouble = {
  /** From now on, for so long. */
  make(service: Service, way: Way, forMs: number): void;
  /** The next worker that comes to this point dies there. */
  trap(point: Point): void;
  /** The points at which a worker died. */
  sprung: Point[];
  watch(service: Service, worker: Mortal): Watch;
  /** A worker was killed, or Temporal: what it may not have reported by then, or all of them, is lost. */
  died(worker?: Mortal): void;
  /** By sid: stops that Agora heard of, and whose answer the worker did not get or did not live to report. */
  unacknowledged: Map<string, number>;
};

const SLOWEST_MS = 14_000;
/** A stop's activity ends in this time after Agora has answered: one query, one glance at the store. */
const REPORTED_MS = 11_000;

const RUBBISH: { status: number; body: string }[] = [
  { status: 200, body: "<html><body>It works!</body></html>" },
  { status: 200, body: "{}" },
  { status: 200, body: '{"serverResponse":' },
  { status: 204, body: "" },
  { status: 302, body: "" },
  { status: 404, body: "<html>Not found</html>" },
  { status: 500, body: '{"message":"internal"}' },
  { status: 503, body: "<Error><Code>SlowDown</Code></Error>" },
];

/** `dice`: numbers from 0 to 1, used in turn. */
export function createTrouble(dice: number[]): Trouble {
  const windows: { service: Service; way: Way; untilMs: number }[] = [];
  const traps: Point[] = [];
  const sprung: Point[] = [];
  let thrown = 0;
  const unacknowledged = new Map<string, number>();
  const answered: { sid: string; worker: Mortal; atMs: number }[] = [];

  function springs(point: Point): boolean {
    const at = traps.indexOf(point);
    if (at === -1) return false;
    traps.splice(at, 1);
    sprung.push(point);
    return true;
  }

  function throwDie(): number {
    thrown += 1;
    return dice[thrown % dice.length] ?? 0;
  }

  async function fateOf(service: Service): Promise<Fate> {
    const way = windows.find((each) => each.service === service && Date.now() < each.untilMs)?.way;
    if (way === "away") return "cut";
    if (way === "answers lost") return "lose";
    if (way === "rubbish") return RUBBISH[Math.floor(throwDie() * RUBBISH.length)] ?? "lose";
    if (way === "slow") await delay(throwDie() * SLOWEST_MS);
    return "pass";
  }

  function missed(sid: string): void {
    unacknowledged.set(sid, (unacknowledged.get(sid) ?? 0) + 1);
  }

  return {
    sprung,
    unacknowledged,
    make: (service, way, forMs) => void windows.push({ service, way, untilMs: Date.now() + forMs }),
    trap: (point) => void traps.push(point),
    watch: (service, worker) => ({
      async arriving(asked) {
        const effect = effectOf(asked);
        if (effect === undefined || !springs(`before ${effect}`)) return fateOf(service);
        await worker.kill();
        return "cut";
      },
      async answered(asked) {
        const effect = effectOf(asked);
        if (effect !== undefined && springs(`after ${effect}`)) await worker.kill();
      },
      over(asked, end) {
        if (effectOf(asked) !== "stop" || end === "unheard") return;
        const sid = /\/sid\/([^/]+)/.exec(asked.path)?.[1] ?? "";
        if (end === "delivered") answered.push({ sid, worker, atMs: Date.now() });
        else missed(sid);
      },
    }),
    died(worker) {
      for (const stop of answered) {
        const isConcerned = worker === undefined || stop.worker === worker;
        if (isConcerned && Date.now() - stop.atMs < REPORTED_MS) missed(stop.sid);
      }
    },
  };
}

function effectOf({ method, path }: Asked): Effect | undefined {
  if (method === "POST" && path.endsWith("/stop")) return "stop";
  if (method === "PUT" && path.includes(".manifest.json")) return "put";
  return method === "GET" && path.includes("list-type=2") ? "look" : undefined;
}
