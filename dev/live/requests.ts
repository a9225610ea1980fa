/** Sends requests to Agora and writes down each answer as it came. Our own client keeps only what it understands. */
import { fetch } from "undici";

import type { AgoraSettings } from "../../src/agora/client.ts";
import { readAll } from "../../src/lib/read-all.ts";
import { classifyQuery, classifyStop } from "../../src/agora/verdicts.ts";
import type { Evidence, Exchange, RecordingName, Step } from "./evidence.ts";

/** A sync stop is given far longer than by our client: whether it answers after 20 s is one of the questions. */
const LIMIT_MS = 90_000;
const MAX_BODY_BYTES = 1024 * 1024;

export type Ask = { step: Step; recording: RecordingName | null; path: string; body?: object };
export type Send = (ask: Ask) => Promise<Exchange>;

/** Makes the function that sends one request. It fails for no answer and no status. */
export function createSender({ baseUrls: [baseUrl = ""], ...account }: AgoraSettings, evidence: Evidence): Send {
  const { customerId, customerSecret } = account.currentCredentials?.() ?? account;
  const authorization = `Basic ${Buffer.from(`${customerId}:${customerSecret}`).toString("base64")}`;
  const beganMs = performance.now();

  return async ({ step, recording, path, body }) => {
    const atMs = Math.round(performance.now() - beganMs);
    const request = {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: "manual" as const,
      signal: AbortSignal.timeout(LIMIT_MS),
    };
    const answer = await sendOnce(baseUrl + path, request);
    const tookMs = Math.round(performance.now() - beganMs) - atMs;
    const exchange = { step, recording, atMs, tookMs, ...answer, summary: summarize(step, answer) };
    evidence.exchanges.push(exchange);
    return exchange;
  };
}

type Answer = Pick<Exchange, "status" | "body">;

async function sendOnce(url: string, request: Parameters<typeof fetch>[1]): Promise<Answer> {
  try {
    const response = await fetch(url, request);
    const bytes = response.body === null ? new Uint8Array() : await readAll(response.body, MAX_BODY_BYTES);
    return { status: response.status, body: parseJson(bytes) };
  } catch {
    return { status: null, body: null };
  }
}

function summarize(step: Step, { status, body }: Answer): string | null {
  if (status === null) return `No answer within ${LIMIT_MS / 1000} s, or a broken connection`;
  if (step.startsWith("stop")) return classifyStop({ status, body }).summary;
  return step.startsWith("query") ? classifyQuery({ status, body }).summary : null;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
