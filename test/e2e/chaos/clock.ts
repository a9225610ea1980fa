/**
 * Loaded before a worker of the chaos suite: its clock is off by as many milliseconds as the file says that
 * `CHAOS_CLOCK` names, from the moment on at which it says so. Timers go on as they are, as they do when a real clock is set.
 *
 * What runs in JavaScript sees the wrong time: the worker, our activities, signatures. Temporal's native part, and the
 * workflows, whose time comes from the server, do not.
 */
import { readFileSync } from "node:fs";
import process from "node:process";

const LOOK_EVERY_MS = 100;

const file = process.env["CHAOS_CLOCK"] ?? "";
const realNow = Date.now;
let offByMs = 0;

read();
setInterval(read, LOOK_EVERY_MS).unref();

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
});

function now(): number {
  return realNow() + offByMs;
}

function read(): void {
  offByMs = Number(readFileSync(file, "utf8"));
}
