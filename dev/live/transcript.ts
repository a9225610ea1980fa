/** The transcript of a live run: what a test reads as a fixture. Its schema has no place for a name, an id or a secret. */
import { z } from "zod";

import type { Evidence } from "./evidence.ts";
import { QUESTIONS, type QuestionId, questionIds } from "./questions.ts";
import { assertClean, createRedact, type Redact } from "./redact.ts";
import type { LiveSettings } from "./settings.ts";

const Answer = z.strictObject({
  asks: z.string().min(1),
  answeredBy: z.string().min(1),
  /** What the service did; `null`: this run did not see it. */
  observed: z.string().min(1).nullable(),
});

export const Transcript = z.strictObject({
  format: z.literal(1),
  recordedOn: z.iso.date(),
  mode: z.enum(["web", "mix"]),
  seconds: z.number(),
  listened: z.boolean(),
  questions: z.record(z.enum(questionIds), Answer),
  exchanges: z.array(
    z.strictObject({
      step: z.string(),
      recording: z.enum(["first", "second"]).nullable(),
      atMs: z.int(),
      tookMs: z.int(),
      summary: z.string().nullable(),
      status: z.int().nullable(),
      body: z.unknown(),
    }),
  ),
  notices: z.array(
    z.strictObject({
      recording: z.enum(["first", "second"]),
      eventType: z.int(),
      atMs: z.int(),
      details: z.unknown(),
    }),
  ),
  /** Names below the prefix, with placeholders for what they name. */
  files: z.array(z.strictObject({ name: z.string(), sizeBytes: z.int() })),
});

export type Transcript = z.infer<typeof Transcript>;

/** Builds the clean transcript, and checks once more that it holds no secret. */
export function buildTranscript(settings: LiveSettings, evidence: Evidence): Transcript {
  const redact = createRedact(settings, evidence);
  const { subject, seconds } = settings;
  const { listened, exchanges, notices, objects, prefix } = evidence;
  const start = prefix.join("/").length + 1;
  const transcript = Transcript.parse({
    format: 1,
    recordedOn: new Date().toISOString().slice(0, 10),
    mode: subject.mode,
    seconds,
    listened,
    questions: Object.fromEntries(questionIds.map((id) => [id, answerOf(id, { evidence, redact })])),
    exchanges: exchanges.map((exchange) => ({ ...exchange, body: redact(bodyOf(exchange)) })),
    notices: notices.map(({ details, ...notice }) => ({ ...notice, details: redact(details) })),
    files: objects.map(({ key, sizeBytes }) => ({ name: redact(key.slice(start)), sizeBytes })),
  });
  assertClean(JSON.stringify(transcript), settings, evidence);
  return transcript;
}

function answerOf(id: QuestionId, { evidence, redact }: { evidence: Evidence; redact: Redact }): unknown {
  const { asks, answeredBy, answer } = QUESTIONS[id];
  return { asks, answeredBy, observed: redact(answer(evidence)) };
}

/** Lists of Agora's addresses say nothing beside their status. */
function bodyOf({ step, body }: Evidence["exchanges"][number]): unknown {
  return step.startsWith("notification-addresses") ? null : body;
}
