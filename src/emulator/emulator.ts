/**
 * Agora's cloud recording REST API over real HTTP. It says as little as Agora's documentation allows: an async stop is answered
 * without a status, a query after it gets 404, and notifications need a receiver. Its recordings are uploaded to a real
 * store. Everything else that may happen is a scenario: see `scenarios.ts`.
 */
import { setTimeout as delay } from "node:timers/promises";

// On every runtime the adapter for node:http: only there can a handler destroy its connection.
import { serve } from "srvx/node";

import type { Bucket } from "../bucket/bucket.ts";
import { createCallLog, type LoggedCall, type CallLog } from "./http/calls.ts";
import { createControl } from "./http/control.ts";
import { createHandler } from "./http/handler.ts";
import { createNotifier, type Delivery, type Receiver } from "./notifications.ts";
import type { RateLimit } from "./http/rate-limit.ts";
import { startRecording, type Recorded, type RecordOptions } from "./recording/record.ts";
import { resolveScenario, type Scenario, type ScenarioName } from "./scenarios.ts";
import { createService } from "./service.ts";
import type { Session } from "./recording/session.ts";

export type EmulatorOptions = {
  /** Where recordings are uploaded. Default: nowhere. */
  bucket?: Bucket;
  customerId: string;
  customerSecret: string;
  /** Default: none. */
  rateLimit?: RateLimit;
  /** Default: any free one. */
  port?: number;
  /** Receives the notifications of the end of recordings. Default: none are sent. */
  notify?: Receiver;
};

export type Emulator = {
  /** `http://127.0.0.1:<port>`, the base URL in place of Agora's. */
  url: string;
  /** Every request with a known route, in the order of arrival. */
  calls: readonly LoggedCall[];
  /** Resolves when such a request has arrived; its answer may come later. */
  whenCalled: CallLog["whenCalled"];
  /** Sets what the next recording of this channel plays. */
  plan(cname: string, scenario: ScenarioName | Partial<Scenario>): void;
  /** Acquires and starts a recording over HTTP, as an app's backend would. */
  record(options?: RecordOptions): Promise<Recorded>;
  /** Sends every answer that is held. */
  release(): void;
  /** Sets another rate limit, or none, and counts from zero. */
  setRateLimit(rateLimit: RateLimit | undefined): void;
  /** Resolves when the last upload of a recording has arrived; fails when the emulator closes before, or for an unknown sid. */
  whenUploaded(sid: string): Promise<void>;
  /** Every attempt to deliver a notification, in the order of the answers. */
  deliveries: readonly Delivery[];
  /** Resolves when the last notification has been delivered or given up; fails as `whenUploaded` does. */
  whenNotified(sid: string): Promise<void>;
  /** Drops all connections and ends all uploads. */
  close(): Promise<void>;
};

/** Starts an emulator on 127.0.0.1. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const closing = new AbortController();
  const pause = async (ms: number) => delay(ms, undefined, { signal: closing.signal });
  const { bucket } = options;
  const notifier = options.notify && createNotifier(options.notify, { pause, signal: closing.signal });
  const service = createService({ bucket, notify: notifier?.notify, pause, signal: closing.signal });
  const log = createCallLog();
  const handler = createHandler({ account: options, service, log, closing: closing.signal });
  handler.setRateLimit(options.rateLimit);
  const plan: Emulator["plan"] = (cname, scenario) => service.plan(cname, { scenario: resolveScenario(scenario) });
  const control = createControl({ calls: log.calls, plan, release: handler.release });

  const server = serve({
    fetch: async (request) => (await control(request)) ?? handler.handle(request),
    hostname: "127.0.0.1",
    port: options.port ?? 0,
    silent: true,
    gracefulShutdown: false,
    // Never closes an idle connection. Bun's `fetch` does not heed the time announced, and fails on one that closes just then.
    node: { keepAliveTimeout: 0 },
  });
  await server.ready();
  const url = new URL(server.url ?? "").origin;
  const sessionOf = (sid: string): Session => {
    const session = service.session(sid);
    if (!session) throw new Error("Cannot wait for a recording: no such sid was started here");
    return session;
  };

  return {
    url,
    calls: log.calls,
    whenCalled: log.whenCalled,
    plan,
    record: async (recording = {}) => startRecording(recording, { url, account: options, plan: service.plan }),
    release: handler.release,
    setRateLimit: handler.setRateLimit,
    whenUploaded: async (sid) => sessionOf(sid).uploaded,
    deliveries: notifier?.deliveries ?? [],
    whenNotified: async (sid) => sessionOf(sid).notified,
    async close() {
      closing.abort();
      await server.close(true);
    },
  };
}
