/**
 * The recording service behind the HTTP handler: it creates resources, starts sessions on them and finds them again.
 * A resource belongs to one App ID, channel and uid; later requests must agree with them.
 */
import { randomBytes } from "node:crypto";

import type { z } from "zod";

import type { Bucket } from "../bucket/bucket.ts";
import * as answers from "./http/answers.ts";
import type { AgoraAnswer } from "./http/answers.ts";
import type { Notifier } from "./notifications.ts";
import { AcquireBody, parseBody, StartBody, StopBody, type Route } from "./http/requests.ts";
import { resolveScenario, type Scenario } from "./scenarios.ts";
import { Session } from "./recording/session.ts";

/** What the next start on a channel plays. */
export type Plan = { scenario: Scenario; sid?: string };

export type Service = {
  plan: (cname: string, plan: Plan) => void;
  session(sid: string): Session | undefined;
  /** Answers an authorized request, which takes effect before the first `await`. */
  perform(route: Route, body: unknown): Promise<AgoraAnswer>;
};

export type ServiceOptions = {
  bucket: Bucket | undefined;
  notify: Notifier["notify"] | undefined;
  /** Waits, and fails when the emulator closes. */
  pause: (ms: number) => Promise<void>;
  signal: AbortSignal;
};

type Resource = { appId: string; cname: string; uid: string; session: Session | undefined };

export function createService(options: ServiceOptions): Service {
  const plans = new Map<string, Plan>();
  const resources = new Map<string, Resource>();
  const sessions = new Map<string, Session>();

  function acquire({ appId }: Route, body: unknown): AgoraAnswer {
    const parsed = parseBody(AcquireBody, { body, endpoint: "Acquire" });
    if (!parsed.ok) return parsed.answer;
    const { cname, uid } = parsed.body;
    const resourceId = randomBytes(48).toString("base64url");
    resources.set(resourceId, { appId, cname, uid, session: undefined });
    return { status: 200, body: { cname, uid, resourceId } };
  }

  function start(route: Route & { endpoint: "start" }, body: unknown): AgoraAnswer {
    const { resourceId, mode } = route;
    const resource = resources.get(resourceId);
    const parsed = parseBody(StartBody, { body, endpoint: "Start" });
    const refusal = findRefusal(route, { resource, parsed });
    if (refusal || !resource || !parsed.ok) return refusal ?? answers.NO_WORKER;
    if (resource.session) return answers.ALREADY_STARTED;

    const { cname, uid } = resource;
    const { storageConfig } = parsed.body.clientRequest;
    const plan = plans.get(cname) ?? { scenario: resolveScenario("plain") };
    plans.delete(cname);
    const sid = plan.sid ?? randomBytes(16).toString("hex");
    resource.session = new Session({
      ...options,
      identity: { resourceId, sid, cname, uid },
      mode,
      prefix: storageConfig.fileNamePrefix.map((part) => `${part}/`).join(""),
      files: requestedFiles(parsed.body.clientRequest),
      streamMode: parsed.body.clientRequest.recordingConfig?.streamMode ?? "default",
      scenario: plan.scenario,
    });
    sessions.set(sid, resource.session);
    return { status: 200, body: { resourceId, sid, cname, uid } };
  }

  async function stopOrQuery(route: Route & { endpoint: "stop" | "query" }, body: unknown): Promise<AgoraAnswer> {
    const resource = resources.get(route.resourceId);
    const session = resource?.session;
    const parsed = parseBody(StopBody, { body, endpoint: "Stop" });
    const refusal = findRefusal(route, { resource, parsed: route.endpoint === "stop" ? parsed : undefined });
    if (refusal) return refusal;
    if (session?.identity.sid !== route.sid || session.mode !== route.mode) return answers.NO_WORKER;
    if (route.endpoint === "query") return session.query();
    return session.stop(parsed.ok && parsed.body.clientRequest.async_stop);
  }

  return {
    plan: (cname, plan) => void plans.set(cname, plan),
    session: (sid) => sessions.get(sid),
    async perform(route, body) {
      if (route.endpoint === "acquire") return acquire(route, body);
      return route.endpoint === "start" ? start(route, body) : stopOrQuery(route, body);
    },
  };
}

type StartRequest = z.output<typeof StartBody>["clientRequest"];

/** HLS is Agora's default, but for snapshots alone. */
function requestedFiles({ recordingFileConfig, snapshotConfig }: StartRequest): Scenario["files"] {
  if (snapshotConfig === undefined) return recordingFileConfig?.avFileType ?? ["hls"];
  return [...(recordingFileConfig?.avFileType ?? []), "snapshots"];
}

type Parsed = { ok: true; body: { cname: string; uid: string } } | { ok: false; answer: AgoraAnswer };

/** The refusal of a request that does not fit the resource. */
function findRefusal(
  { appId }: Route,
  { resource, parsed }: { resource: Resource | undefined; parsed: Parsed | undefined },
): AgoraAnswer | undefined {
  if (parsed?.ok === false) return parsed.answer;
  if (!resource) return answers.NO_WORKER;
  if (resource.appId !== appId) return answers.INVALID_APP_ID;
  if (parsed && parsed.body.cname !== resource.cname)
    return answers.invalidParameterAnswer("cname differs from acquire");
  if (parsed && parsed.body.uid !== resource.uid) return answers.invalidParameterAnswer("uid differs from acquire");
  return undefined;
}
