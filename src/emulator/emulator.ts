/**
 * Agora's cloud recording REST API over real HTTP, as its documentation describes it and as sparing as that allows: an async stop
 * answers without any status, a query after it gives 404, and no notification comes where nobody was named to receive them.
 * What it records lands in a real store. Everything else that may happen is a scenario: see `scenarios.ts`.
 */
import { setTimeout as delay } from "node:timers/promises";

// On every runtime the adapter for node:http, because only there a handler can destroy its connection.
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
  /** Where recordings are uploaded; without one nothing is. */
  bucket?: Bucket;
  customerId: string;
  customerSecret: string;
  /** Default: none. */
  rateLimit?: RateLimit;
  /** Default: any free one. */
  port?: number;
  /** Who is told of the end of recordings; by default nobody. */
  notify?: Receiver;
};

export type Emulator = {
  /** `http://127.0.0.1:<port>`, the base URL in place of Agora's. */
  url: string;
  /** Every request with a known route, in the order of arrival. */
  calls: readonly LoggedCall[];
  /** Resolves when such a request has arrived, perhaps before it is answered. */
  whenCalled: CallLog["whenCalled"];
  /** Sets what the next recording of this channel plays. */
  plan(cname: string, scenario: ScenarioName | Partial<Scenario>): void;
  /** Acquires and starts a recording over HTTP, as an app's backend would. */
  record(options?: RecordOptions): Promise<Recorded>;
  /** Lets every answer go that is held back. */
  release(): void;
  /** Sets another rate limit, or none, and counts anew. */
  setRateLimit(rateLimit: RateLimit | undefined): void;
  /** Resolves when the last upload of a recording has arrived; fails when the emulator closes before, or for an unknown sid. */
  whenUploaded(sid: string): Promise<void>;
  /** Every attempt to deliver a notification, in the order of the answers. */
  deliveries: readonly Delivery[];
  /** Resolves when the last notification has been delivered or given up; fails as `uploaded` does. */
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
  const door = createHandler({ account: options, service, log, closing: closing.signal });
  door.setRateLimit(options.rateLimit);
  const plan: Emulator["plan"] = (cname, scenario) => service.plan(cname, { scenario: resolveScenario(scenario) });
  const control = createControl({ calls: log.calls, plan, release: door.release });

  const server = serve({
    fetch: async (request) => (await control(request)) ?? door.handle(request),
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
    release: door.release,
    setRateLimit: door.setRateLimit,
    whenUploaded: async (sid) => sessionOf(sid).uploaded,
    deliveries: notifier?.deliveries ?? [],
    whenNotified: async (sid) => sessionOf(sid).notified,
    async close() {
      closing.abort();
      await server.close(true);
    },
  };
}
