/** A live run's settings: secrets and places from the configuration, the rest from flags. */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { z } from "zod";

import type { AgoraSettings } from "../../src/agora/client.ts";
import type { RecordingMode } from "../../src/agora/modes.ts";
import type { BucketSettings } from "../../src/bucket/open-bucket.ts";
import { findVendor, type Vendor } from "../../src/bucket/vendors/vendors.ts";
import { TailslateError } from "../../src/lib/tailslate-error.ts";
import { loadConfig } from "../../src/process/config.ts";
import type { Environment } from "../../src/process/secrets.ts";

export type LiveSettings = {
  appId: string;
  account: AgoraSettings;
  store: BucketSettings;
  /** Agora's numbers for the store. */
  place: { vendor: number; region: number };
  /** Web records a page, mix the channel that the user names. */
  subject: { mode: RecordingMode & "web"; url: string } | ({ mode: RecordingMode & "mix" } & Channel);
  /** Of recording, both recordings together. */
  seconds: number;
  /** Between the last stop and the look at the bucket. */
  settleSeconds: number;
  intervalSeconds: number;
  notices: { port: number; secrets: () => readonly string[] } | undefined;
  output: string;
  /** Whether the user accepts the cost. */
  accepted: boolean;
};

type Channel = { cname: string; channelType: number; token: string | undefined };

const amount = z.coerce.number().min(0).max(3600);
const Flags = z.object({
  "app-id": z.string().min(1, "name your App ID: --app-id or AGORA_APP_ID"),
  account: z.string(),
  store: z.string(),
  page: z.url({ protocol: /^https?$/ }),
  channel: z.string().min(1).optional(),
  "channel-type": z.coerce.number().int().min(0).max(1),
  seconds: amount.min(1),
  settle: amount,
  interval: amount,
  "notices-port": z.coerce.number().int().min(1).max(65_535).optional(),
  output: z.string().min(1),
  yes: z.boolean(),
});

/** Reads flags and environment. Throws a `TailslateError` that names what is missing. */
export function readSettings(args: string[], env: Environment): LiveSettings {
  const flags = readFlags(args, env);
  const { accounts, stores, notificationSecrets } = loadConfig(env);
  const [account, store] = [accounts.get(flags.account), stores.get(flags.store)];
  if (account === undefined || store === undefined)
    throw new TailslateError("Cannot record: the configuration has no such account or store; see docs/live.md");
  const port = flags["notices-port"];
  if (port !== undefined && notificationSecrets === undefined)
    throw new TailslateError("Cannot receive notifications: the configuration has no secret for them");
  const { page, channel: cname, "channel-type": channelType } = flags;
  return {
    appId: flags["app-id"],
    account,
    store,
    place: readPlace(flags.store, env),
    subject:
      cname === undefined
        ? { mode: "web", url: page }
        : { mode: "mix", cname, channelType, token: env["AGORA_CHANNEL_TOKEN"] || undefined },
    seconds: flags.seconds,
    settleSeconds: flags.settle,
    intervalSeconds: flags.interval,
    notices:
      port === undefined || notificationSecrets === undefined ? undefined : { port, secrets: notificationSecrets },
    output: flags.output,
    accepted: flags.yes,
  };
}

function text(fallback: string): { type: "string"; default: string } {
  return { type: "string", default: fallback };
}

function readFlags(args: string[], env: Environment): z.output<typeof Flags> {
  const { values } = parseArgs({
    args,
    options: {
      "app-id": text(env["AGORA_APP_ID"] ?? ""),
      account: text("default"),
      store: text("default"),
      page: text("https://example.com/"),
      channel: { type: "string" },
      "channel-type": text("0"),
      seconds: text("120"),
      settle: text("60"),
      interval: text("5"),
      "notices-port": { type: "string" },
      output: text("live-transcript.json"),
      yes: { type: "boolean", default: false },
    },
  });
  const parsed = Flags.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TailslateError(`Cannot use --${issue?.path.join(".") ?? ""}: ${issue?.message ?? "it is wrong"}`);
}

const Place = z.object({
  vendor: z.union([z.number(), z.string()]),
  region: z.union([z.number(), z.string()]).optional(),
});
const ConfigFile = z.object({ stores: z.record(z.string(), Place) });

/** Reads the store's vendor and region as Agora numbers them, which the opened settings no longer hold. */
function readPlace(store: string, env: Environment): LiveSettings["place"] {
  const file = env["TAILSLATE_CONFIG"] || "tailslate.config.json";
  const content: unknown = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"))
    : {
        stores: {
          default: { vendor: env["TAILSLATE_STORE_VENDOR"], region: env["TAILSLATE_STORE_REGION"] || undefined },
        },
      };
  const place = ConfigFile.safeParse(content).data?.stores[store];
  const vendor = place && findVendor(String(place.vendor));
  if (place === undefined || vendor === undefined) throw new TailslateError("Cannot read the store's vendor");
  return { vendor: vendor.number, region: regionNumber(vendor, String(place.region ?? 0)) };
}

function regionNumber(vendor: Vendor, region: string): number {
  if (/^\d+$/.test(region)) return Number(region);
  const spelled = region.toLowerCase().replaceAll("_", "-");
  const regions = vendor.protocol === "s3" ? Object.entries(vendor.regions) : [];
  const known = regions.find(([, name]) => name === spelled);
  if (known !== undefined) return Number(known[0]);
  if (vendor.protocol === "s3" && regions.length > 0 && vendor.ignoresRegion !== true)
    throw new TailslateError("Cannot tell Agora the store's region: write it as Agora's number");
  return 0;
}
