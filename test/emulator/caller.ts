/** A caller of the emulator's API who may get everything wrong. */
import type { TestContext } from "node:test";
// Deno's own fetch sends a request again whose pooled connection broke.
import { fetch } from "undici";
import { z } from "zod";

import { startEmulator, type Emulator, type EmulatorOptions } from "../../src/emulator/emulator.ts";
import type { Recorded } from "../../src/emulator/recording/record.ts";

const ACCOUNT = { customerId: "customer", customerSecret: "geheim" };
export const AUTHORIZATION = `Basic ${btoa("customer:geheim")}`;

/** An emulator that is closed when the test ends. */
export async function emulate(t: TestContext, options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const emulator = await startEmulator({ ...ACCOUNT, ...options });
  t.after(() => emulator.close());
  return emulator;
}

export type Request = { method?: string; path: string; body?: unknown; authorization?: string };

/** Sends a request and gives status and parsed body; a string as body is sent as it is. */
export async function send(
  emulator: Emulator,
  { method = "POST", path, body, authorization = AUTHORIZATION }: Request,
) {
  const response = await fetch(emulator.url + path, {
    method,
    headers: { authorization, "content-type": "application/json" },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: Body.parse(JSON.parse(text)) };
}

export function pathOf({ appId, resourceId, sid, mode }: Recorded, endpoint: "stop" | "query"): string {
  return `/v1/apps/${appId}/cloud_recording/resourceid/${resourceId}/sid/${sid}/mode/${mode}/${endpoint}`;
}

export function stopBody({ cname, uid }: Recorded, asyncStop: boolean) {
  return { cname, uid, clientRequest: { async_stop: asyncStop } };
}

export async function stop(emulator: Emulator, recorded: Recorded) {
  return send(emulator, { path: pathOf(recorded, "stop"), body: stopBody(recorded, true) });
}

export async function stopInSync(emulator: Emulator, recorded: Recorded) {
  return send(emulator, { path: pathOf(recorded, "stop"), body: stopBody(recorded, false) });
}

export async function query(emulator: Emulator, recorded: Recorded) {
  return send(emulator, { method: "GET", path: pathOf(recorded, "query") });
}

const Body = z.record(z.string(), z.unknown());
