/** All checks of `tailslate doctor`: they run together, and their results keep one order. */
import { ConfigError } from "../process/config-error.ts";
import { type Config, loadConfig } from "../process/config.ts";
import { DEFAULT_TASK_QUEUE } from "../contract/names.ts";
import type { Host } from "../process/host.ts";
import { checkAccount } from "./agora-checks.ts";
import { checkClock } from "./clock-check.ts";
import { type CheckResult, skipped } from "./check.ts";
import { checkConfiguration, checkRuntime, checkVersioning, checkWebhookSecret } from "./process-checks.ts";
import { checkStore } from "./store-checks.ts";
import { checkTemporal } from "./temporal-checks.ts";

export type DoctorOptions = Pick<Host, "env" | "versions"> & {
  /** Register the search attributes that are missing. */
  fix: boolean;
  /** Write an object into each store. */
  write: boolean;
  /** The directory in the stores: empty, or with a slash at its end. */
  prefix: string;
  /** An App ID of an account, by the account's name. */
  appIds: ReadonlyMap<string, string>;
};

/** Runs every check that the configuration allows. Never rejects for what it finds. */
export async function runChecks(options: DoctorOptions): Promise<CheckResult[]> {
  const { env, versions, fix } = options;
  const config = tryLoadConfig(env);
  const taskQueue = env["TEMPORAL_TASK_QUEUE"] ?? DEFAULT_TASK_QUEUE;
  const usable = config instanceof Error ? { accounts: new Map(), searchAttributes: "auto" as const } : config;
  const results = await Promise.all([
    checkRuntime(versions),
    checkConfiguration(config),
    checkWebhookSecret(config),
    checkVersioning(env),
    checkTemporal({ ...usable, taskQueue, accounts: [...usable.accounts.keys()], fix }),
    ...(config instanceof Error ? skipConfigured() : checkConfigured(config, options)),
  ]);
  return results.flat();
}

function tryLoadConfig(env: DoctorOptions["env"]): Config | ConfigError {
  try {
    return loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

function checkConfigured(
  { accounts, stores }: Config,
  { write, prefix, appIds }: DoctorOptions,
): Promise<CheckResult | CheckResult[]>[] {
  const addresses = [...accounts.values()].flatMap(({ baseUrls }) => baseUrls);
  const endpoints = [...stores.values()].map(({ endpoint }) => endpoint);
  return [
    ...[...accounts].map(([account, settings]) => checkAccount({ account, settings, appId: appIds.get(account) })),
    ...[...stores].map(([store, settings]) => checkStore({ store, settings, prefix, write })),
    checkClock([...addresses, ...endpoints].map((address) => new URL(address))),
  ];
}

function skipConfigured(): CheckResult[] {
  return ["agora", "store", "clock"].map((check) => ({ check, ...skipped("The configuration cannot be used") }));
}
