/**
 * One live run: free questions first, then two recordings one after the other, each for half of the time. A recording
 * that was started is stopped whatever happens; one that Agora does not answer for is named to the user.
 */
import { setTimeout as delay } from "node:timers/promises";

import { z } from "zod";

import { openBucket } from "../../src/bucket/open-bucket.ts";
import { classifyStop, type StopVerdict } from "../../src/agora/verdicts.ts";
import { TailslateError } from "../../src/lib/tailslate-error.ts";
import type { Evidence, Exchange, RecordingName } from "./evidence.ts";
import { receiveNotices } from "./notices.ts";
import { createSender, type Send } from "./requests.ts";
import type { LiveSettings } from "./settings.ts";
import { acquireRequest, type Caller, makeCaller, makePrefix, readStorageKeys, startRequest } from "./start.ts";

/** How often a query is repeated after the stop. */
const MAX_QUERIES = 24;
const MAX_STOPS = 5;

type Run = { settings: LiveSettings; send: Send; evidence: Evidence; signal: AbortSignal };

export async function emptyEvidence({ notices, store }: LiveSettings): Promise<Evidence> {
  const listened = notices !== undefined;
  const storageKeys = await readStorageKeys(store);
  return { storageKeys, prefix: makePrefix(), exchanges: [], notices: [], listened, recordings: {}, objects: [] };
}

/**
 * Records, asks, and adds what it sees to the evidence. Fails when a recording cannot be started, or when the signal
 * ends it; both are stopped by then.
 */
export async function runLive(settings: LiveSettings, { evidence, signal }: Omit<Run, "settings" | "send">) {
  const run = { settings, send: createSender(settings.account, evidence), evidence, signal };
  const receiver = settings.notices && (await receiveNotices(settings.notices, evidence));
  try {
    await askForFree(run);
    await record(run, "first");
    await record(run, "second");
    await wait(run, settings.settleSeconds);
    const listing = await openBucket(settings.store).list(`${evidence.prefix.join("/")}/`, signal);
    evidence.objects = listing.objects;
  } finally {
    await receiver?.close();
  }
}

/** An acquire costs nothing: it is refused where Agora knows the field and its value is wrong. */
async function askForFree({ settings, send }: Run): Promise<void> {
  const ask = { recording: null, path: `${appPath(settings)}/acquire` };
  const caller = makeCaller(settings);
  const acquire = (extra: object) => ({ ...caller, clientRequest: acquireRequest(settings, extra) });
  if (settings.subject.mode === "web")
    await send({ ...ask, step: "acquire-long-channel", body: { ...acquire({}), cname: "x".repeat(129) } });
  await send({ ...ask, step: "acquire-region", body: acquire({ region: "NOWHERE" }) });
  await send({ ...ask, step: "acquire-affinity", body: acquire({ regionAffinity: 99 }) });
  await send({ step: "notification-addresses-v1", recording: null, path: "/v1/ncs/ip" });
  await send({ step: "notification-addresses-v2", recording: null, path: "/v2/ncs/ip" });
}

const Acquired = z.object({ resourceId: z.string().min(1) });
const Started = z.object({ sid: z.string().min(1) });

async function record(run: Run, name: RecordingName): Promise<void> {
  const { settings, send, evidence, signal } = run;
  signal.throwIfAborted();
  const caller = makeCaller(settings);
  const app = appPath(settings);
  const clientRequest = startRequest(settings, { name, evidence });
  const acquire = { ...caller, clientRequest: acquireRequest(settings) };
  const acquired = await send({ step: "acquire", recording: name, path: `${app}/acquire`, body: acquire });
  const { resourceId } = readAnswer(Acquired, acquired);
  const { mode } = settings.subject;
  const resource = `${app}/resourceid/${encodeURIComponent(resourceId)}`;
  const start = { recording: name, path: `${resource}/mode/${mode}/start`, body: { ...caller, clientRequest } };
  const { sid } = readAnswer(Started, await send({ ...start, step: "start" }));
  evidence.recordings[name] = { appId: settings.appId, resourceId, sid, mode, ...caller };

  const session = `${resource}/sid/${encodeURIComponent(sid)}/mode/${mode}`;
  try {
    if (name === "first") await send({ ...start, step: "start-again" });
    await queryWhileRecording(run, { name, session });
  } finally {
    await stop(run, { name, session, caller });
  }
  await queryAfterStop(run, { name, session });
}

type Session = { name: RecordingName; session: string };

async function queryWhileRecording(run: Run, { name, session }: Session): Promise<void> {
  const looks = 4;
  for (let look = 0; look < looks; look++) {
    await wait(run, run.settings.seconds / 2 / looks);
    await run.send({ step: "query", recording: name, path: `${session}/query` });
  }
}

/** Stops until Agora says that the recording ends, then once more to see what a second stop is answered. */
async function stop(run: Run, { name, session, caller }: Session & { caller: Caller }): Promise<void> {
  const isAsync = name === "first";
  const body = { ...caller, clientRequest: { async_stop: isAsync } };
  const ask = { recording: name, path: `${session}/stop`, body };
  for (let attempt = 0; attempt < MAX_STOPS; attempt++) {
    const answer = await run.send({ ...ask, step: isAsync ? "stop-async" : "stop-sync" });
    const verdict = stopVerdict(answer);
    if (ENDING.has(verdict)) return void (await run.send({ ...ask, step: "stop-again" }));
    if (verdict === "missing" && attempt === MAX_STOPS - 1) return; // longer than the retries no failover hides it
    await delay(1000 * 2 ** attempt);
  }
  const facts = "it ends by itself within the hour, and is billed until then";
  throw new TailslateError(`Cannot stop the ${name} recording: Agora answered none of ${MAX_STOPS} stops; ${facts}`);
}

const ENDING = new Set<StopVerdict["kind"]>(["accepted", "ending", "nothing-recorded"]);

function stopVerdict({ status, body }: Exchange): StopVerdict["kind"] {
  return status === null ? "unclear" : classifyStop({ status, body }).verdict.kind;
}

async function queryAfterStop(run: Run, { name, session }: Session): Promise<void> {
  for (let query = 0; query < MAX_QUERIES; query++) {
    const { status } = await run.send({ step: "query-after-stop", recording: name, path: `${session}/query` });
    if (status !== 200) return;
    await wait(run, run.settings.intervalSeconds);
  }
}

function readAnswer<Answer>(schema: z.ZodType<Answer>, { step, status, body }: Exchange): Answer {
  const parsed = schema.safeParse(body);
  if (status === 200 && parsed.success) return parsed.data;
  throw new TailslateError(`Cannot record: Agora answered the ${step} with ${status ?? "nothing"}; see the transcript`);
}

function appPath({ appId }: LiveSettings): string {
  return `/v1/apps/${encodeURIComponent(appId)}/cloud_recording`;
}

async function wait({ signal }: Run, seconds: number): Promise<void> {
  await delay(seconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
}
