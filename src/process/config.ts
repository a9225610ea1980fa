/**
 * A worker's configuration: which Agora accounts and which stores it may use. From `tailslate.config.json`, or for one
 * account and one store from the environment. The connection to Temporal belongs to `@temporalio/envconfig`.
 *
 * It only names secrets, which are kept in the environment or in files: the file itself can be shown to anyone.
 */
import { existsSync } from "node:fs";

import type { AgoraSettings } from "../agora/client.ts";
import type { BucketSettings } from "../bucket/open-bucket.ts";
import { describeIssues, missingFieldMessages } from "../lib/schema-errors.ts";
import { ConfigError } from "./config-error.ts";
import { configSchema } from "./config-schema.ts";
import { followSecrets } from "./follow-secrets.ts";
import { createSecretReader, type Environment, readText } from "./secrets.ts";

export type Config = {
  /** By account name. */
  accounts: ReadonlyMap<string, AgoraSettings>;
  /** By store name. */
  stores: ReadonlyMap<string, BucketSettings>;
  /** The secrets that are valid now: several while one rotates. */
  notificationSecrets: (() => readonly string[]) | undefined;
  searchAttributes: "auto" | boolean;
};

const FILE = "tailslate.config.json";

/**
 * Loads the configuration: the file that `TAILSLATE_CONFIG` names, else `tailslate.config.json` in the current folder if
 * there is one, else the environment. Throws a `ConfigError` that names every mistake at once.
 */
export function loadConfig(env: Environment): Config {
  const path = env["TAILSLATE_CONFIG"] || (existsSync(FILE) ? FILE : undefined);
  const source = path ?? "the environment";
  const content = path === undefined ? fromEnvironment(env) : readJson(path);
  const { parsed, secrets } = parseConfig(content, env);
  if (!parsed.success)
    throw new ConfigError(`Cannot use the configuration from ${source}: ${describeIssues(parsed.error)}`);

  return followSecrets({ data: parsed.data, secrets }, () => {
    const again = parseConfig(content, env);
    return again.parsed.success ? { data: again.parsed.data, secrets: again.secrets } : undefined;
  });
}

/** Parses the configuration with the secrets as they are now. */
function parseConfig(content: unknown, env: Environment) {
  const secrets = createSecretReader(env);
  return { parsed: configSchema(secrets).safeParse(content, missingFieldMessages), secrets };
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
