/** Receives Agora's notifications during a live run and keeps those of its own recordings. */
import { z } from "zod";

import { readAll } from "../../src/lib/read-all.ts";
import { type HttpServer, serveHttp } from "../../src/process/http-server.ts";
import { isSigned } from "../../src/webhook/signature.ts";
import type { Evidence, RecordingName } from "./evidence.ts";
import type { LiveSettings } from "./settings.ts";

const MAX_BODY_BYTES = 1024 * 1024;
const Envelope = z.object({
  sid: z.string().optional(),
  eventType: z.number(),
  payload: z.looseObject({ sid: z.string().optional(), details: z.unknown() }),
});

/** Listens on the loopback interface: a tunnel or a proxy with TLS brings what Agora sends. */
export async function receiveNotices(
  { port, secrets }: NonNullable<LiveSettings["notices"]>,
  evidence: Evidence,
): Promise<HttpServer> {
  const beganMs = performance.now();
  return serveHttp(
    async ({ headers, body }) => {
      const bytes = body === null ? new Uint8Array() : await readAll(body, MAX_BODY_BYTES);
      const signature = headers.get("agora-signature-v2");
      if (!secrets().some((secret) => isSigned(bytes, { signature, secret })))
        return new Response(null, { status: 401 });
      const notice = parseNotice(bytes);
      const recording = notice && nameOf(notice.payload.sid ?? notice.sid, evidence);
      if (notice !== undefined && recording !== undefined) {
        const { eventType, payload } = notice;
        const atMs = Math.round(performance.now() - beganMs);
        evidence.notices.push({ recording, eventType, atMs, details: payload.details });
      }
      return Response.json({});
    },
    { hostname: "127.0.0.1", port },
  );
}

function nameOf(sid: string | undefined, { recordings }: Evidence): RecordingName | undefined {
  const names: RecordingName[] = ["first", "second"];
  return names.find((name) => sid !== undefined && recordings[name]?.sid === sid);
}

function parseNotice(bytes: Uint8Array): z.output<typeof Envelope> | undefined {
  try {
    return Envelope.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data;
  } catch {
    return undefined;
  }
}
