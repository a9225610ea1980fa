/** The parts of a request to the emulator: its path, its credentials and its body. */
import { createHash, timingSafeEqual } from "node:crypto";

import { z } from "zod";

import { MODES, RECORDING_MODES } from "../../agora/modes.ts";
import { invalidParameterAnswer, type AgoraAnswer } from "./answers.ts";

const session = { appId: z.string(), resourceId: z.string(), mode: z.enum(RECORDING_MODES) };
const Route = z.discriminatedUnion("endpoint", [
  z.object({ endpoint: z.literal("acquire"), appId: z.string() }),
  z.object({ endpoint: z.literal("start"), ...session }),
  z.object({ endpoint: z.enum(["stop", "query"]), ...session, sid: z.string() }),
]);
export type Route = z.infer<typeof Route>;

const ROUTES = [
  /^POST \/v1\/apps\/(?<appId>[^/]+)\/cloud_recording\/(?<endpoint>acquire)$/,
  /^POST \/v1\/apps\/(?<appId>[^/]+)\/cloud_recording\/resourceid\/(?<resourceId>[^/]+)\/mode\/(?<mode>\w+)\/(?<endpoint>start)$/,
  /^POST \/v1\/apps\/(?<appId>[^/]+)\/cloud_recording\/resourceid\/(?<resourceId>[^/]+)\/sid\/(?<sid>[^/]+)\/mode\/(?<mode>\w+)\/(?<endpoint>stop)$/,
  /^GET \/v1\/apps\/(?<appId>[^/]+)\/cloud_recording\/resourceid\/(?<resourceId>[^/]+)\/sid\/(?<sid>[^/]+)\/mode\/(?<mode>\w+)\/(?<endpoint>query)$/,
];

/** Agora's regions, which `api.sd-rtn.com` serves under a path: `/cn/v1/…`. Its page says `us`, its own client `na`. */
const REGION = /^\/(cn|eu|ap|us|na)(?=\/v1\/)/;

/** Reads method and path; `undefined` if Agora's gateway has no such route. */
export function parseRoute(method: string, path: string): Route | undefined {
  for (const route of ROUTES) {
    const match = route.exec(`${method} ${path.replace(REGION, "")}`);
    if (match) return Route.safeParse(match.groups).data;
  }
  return undefined;
}

/** Compares `Authorization` in constant time. https://docs.agora.io/en/cloud-recording/reference/restful-authentication */
export function isAuthorized(authorization: string | null, account: { customerId: string; customerSecret: string }) {
  return timingSafeEqual(digest(authorization ?? ""), digest(basicAuthorization(account)));
}

export function basicAuthorization({ customerId, customerSecret }: { customerId: string; customerSecret: string }) {
  return `Basic ${Buffer.from(`${customerId}:${customerSecret}`).toString("base64")}`;
}

const identity = { cname: z.string().min(1).max(1024), uid: z.string().min(1) };

/** Agora's pages agree on these ranges; on the other fields they differ, so those are taken as they come. */
const AcquireRequest = z.looseObject({
  scene: z.literal([0, 1]).optional(),
  resourceExpiredHour: z.int().min(1).max(720).optional(),
});

/** Scene 1 is that of web mode, where the channel is any label. */
export const AcquireBody = z
  .object({ ...identity, clientRequest: AcquireRequest })
  .refine(
    ({ cname, clientRequest }) =>
      Buffer.byteLength(cname) <= MODES[clientRequest.scene === 1 ? "web" : "mix"].channelBytes,
    {
      path: ["cname"],
    },
  );
export const StopBody = z.object({ ...identity, clientRequest: z.object({ async_stop: z.boolean().default(false) }) });
export const StartBody = z.object({
  ...identity,
  clientRequest: z.object({
    storageConfig: z.object({
      vendor: z.int(),
      region: z.int(),
      bucket: z.string().min(1),
      accessKey: z.string().min(1),
      secretKey: z.string().min(1),
      fileNamePrefix: z.array(z.string().regex(/^[A-Za-z0-9]+$/)).default([]),
      extensionParams: z.looseObject({ endpoint: z.string().optional() }).optional(),
    }),
    recordingConfig: z.looseObject({ streamMode: z.enum(["default", "standard", "original"]).optional() }).optional(),
    recordingFileConfig: z
      .object({
        // Agora makes MP4 only beside HLS.
        avFileType: z.array(z.enum(["hls", "mp4"])).refine((types) => types.includes("hls")),
      })
      .optional(),
    snapshotConfig: z.looseObject({}).optional(),
  }),
});

/** Parses a body, or returns Agora's refusal, which names the first wrong parameter. */
export function parseBody<Body>(
  schema: z.ZodType<Body>,
  { body, endpoint }: { body: unknown; endpoint: string },
): { ok: true; body: Body } | { ok: false; answer: AgoraAnswer } {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { ok: true, body: parsed.data };
  const parameter = parsed.error.issues[0]?.path.join(".") || "body";
  return { ok: false, answer: invalidParameterAnswer(`${endpoint}: invalid ${parameter} value!`) };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
