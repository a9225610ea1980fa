/**
 * A worker's configuration: which Agora accounts and which stores it may use. From `tailslate.config.json`, or for one
 * account and one store from the environment. The connection to Temporal belongs to `@temporalio/envconfig`.
 *
 * It only names secrets, which are kept in the environment or in files: the file itself can be shown to anyone.
 */
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

import type { AgoraSettings } from "../agora/client.ts";
import type { BucketSettings } from "../bucket/open-bucket.ts";
import { resolveStore } from "../bucket/vendors/resolve-store.ts";
import { describeIssues, missingFieldMessages } from "../lib/schema-errors.ts";
import { addressMistake } from "../lib/web-address.ts";
import { ConfigError } from "./config-error.ts";

export type Config = {
  /** By account name. */
  accounts: ReadonlyMap<string, AgoraSettings>;
  /** By store name. */
  stores: ReadonlyMap<string, BucketSettings>;
  notificationSecret: string | undefined;
  searchAttributes: "auto" | boolean;
};

type Environment = Record<string, string | undefined>;

const FILE = "tailslate.config.json";
const AGORA_HOSTS = ["https://api.agora.io", "https://api.sd-rtn.com"];

/**
 * Loads the configuration: the file that `TAILSLATE_CONFIG` names, else `tailslate.config.json` in the current folder if
 * there is one, else the environment. Throws a `ConfigError` that names every mistake at once.
 */
export function loadConfig(env: Environment): Config {
  const path = env["TAILSLATE_CONFIG"] || (existsSync(FILE) ? FILE : undefined);
  const source = path ?? "the environment";
  const parsed = configSchema(env).safeParse(
    path === undefined ? fromEnvironment(env) : readJson(path),
    missingFieldMessages,
  );
  if (!parsed.success)
    throw new ConfigError(`Cannot use the configuration from ${source}: ${describeIssues(parsed.error)}`);

  const { accounts, stores, notifications, searchAttributes } = parsed.data;
  return {
    accounts: new Map(Object.entries(accounts)),
    stores: new Map(Object.entries(stores)),
    notificationSecret: notifications?.secret,
    searchAttributes,
  };
}

const kmsKey = z.strictObject({ kmsKeyId: z.string().regex(/^[\x21-\x7e]{1,2048}$/, "must be a key's id") });
const encryption = z.union([z.literal("AES256"), kmsKey], 'must be "AES256" or { "kmsKeyId": … }');
const objectLock = z.strictObject({ mode: z.enum(["GOVERNANCE", "COMPLIANCE"]), days: z.int().min(1).max(36_500) });

function configSchema(env: Environment) {
  const secret = z.string().transform((reference, context) => {
    const resolved = resolveSecret(reference, env);
    if ("value" in resolved) return resolved.value;
    // Not fatal, so that the store's other mistakes are named too.
    context.addIssue({ code: "custom", message: resolved.mistake, continue: true });
    return "";
  });
  const url = z.url({ protocol: /^https?$/, error: "must be an http or https address", abort: true });
  const agoraHost = url
    .superRefine((address, context) => {
      const message = addressMistake(address);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .transform((text) => text.replace(/\/+$/, ""));

  const Account = z.strictObject({
    customerId: secret,
    customerSecret: secret,
    baseUrls: z.array(agoraHost).min(1).default(AGORA_HOSTS),
    requestsPerSecond: z.number().positive().max(1000).default(10),
  });

  const numberOrName = z.union([z.number(), z.string()], "must be Agora's number or a name");
  const Store = z
    .strictObject({
      vendor: numberOrName,
      region: numberOrName.optional(),
      bucket: z.string().min(1),
      endpoint: z.string().min(1).optional(),
      addressing: z.enum(["path", "virtual", "bound"]).optional(),
      accessKey: secret.optional(),
      secretKey: secret.optional(),
      sessionToken: secret.optional(),
      credentials: z.literal("aws").optional(),
      allowHttp: z.boolean().default(false),
      serverSideEncryption: encryption.optional(),
      objectLock: objectLock.optional(),
      requesterPays: z.boolean().optional(),
    })
    .superRefine((settings, context) => {
      const resolved = resolveStore(settings);
      if ("mistake" in resolved)
        context.addIssue({ code: "custom", path: [resolved.field], message: resolved.mistake });
    })
    .transform((settings) => {
      const resolved = resolveStore(settings);
      return "mistake" in resolved ? z.NEVER : resolved; // the refinement above has named the mistake
    });

  const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, "must be made of letters, digits, _ and - only");
  return z.strictObject({
    accounts: z.record(name, Account).default({}),
    stores: z.record(name, Store).default({}),
    notifications: z.strictObject({ secret }).optional(),
    searchAttributes: z.union([z.literal("auto"), z.boolean()], 'must be "auto", true or false').default("auto"),
  });
}

/** Reads what `env:NAME` or `file:PATH` names. The value never enters a message. */
function resolveSecret(reference: string, env: Environment): { value: string } | { mistake: string } {
  const [, scheme, where] = /^(env|file):(.+)$/s.exec(reference) ?? [];
  if (where === undefined)
    return { mistake: "must be env:NAME or file:PATH: a literal secret does not belong into a configuration" };
  if (scheme === "env") {
    const value = env[where];
    return value ? { value } : { mistake: `names the environment variable ${where}, which is not set` };
  }
  const value = readText(where)?.trim();
  if (value === undefined) return { mistake: "names a file that cannot be read" };
  return value === "" ? { mistake: "names a file that is empty" } : { value };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** One account and one store, both called `default`. */
function fromEnvironment(env: Environment): unknown {
  const hasAccount = Boolean(env["AGORA_CUSTOMER_ID"] || env["AGORA_CUSTOMER_SECRET"]);
  const hasStore = Object.keys(env).some((name) => name.startsWith("TAILSLATE_STORE_"));
  return {
    accounts: hasAccount ? { default: accountFromEnvironment(env) } : {},
    stores: hasStore ? { default: storeFromEnvironment(env) } : {},
    notifications: env["AGORA_NCS_SECRET"] ? { secret: "env:AGORA_NCS_SECRET" } : undefined,
  };
}

function accountFromEnvironment(env: Environment): object {
  const baseUrls = env["AGORA_BASE_URLS"] || undefined;
  return {
    customerId: "env:AGORA_CUSTOMER_ID",
    customerSecret: "env:AGORA_CUSTOMER_SECRET",
    baseUrls: baseUrls?.split(",").map((address) => address.trim()),
  };
}

function storeFromEnvironment(env: Environment): object {
  const plain = (name: string) => env[`TAILSLATE_STORE_${name}`] || undefined;
  return {
    vendor: plain("VENDOR"),
    region: plain("REGION"),
    bucket: plain("BUCKET"),
    endpoint: plain("ENDPOINT"),
    addressing: plain("ADDRESSING"),
    accessKey: "env:TAILSLATE_STORE_ACCESS_KEY",
    secretKey: "env:TAILSLATE_STORE_SECRET_KEY",
  };
}

function readJson(path: string): unknown {
  const text = readText(path);
  if (text === undefined) throw new ConfigError(`Cannot use the configuration from ${path}: the file cannot be read`);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the file.
    throw new ConfigError(`Cannot use the configuration from ${path}: it is not JSON`);
  }
}
