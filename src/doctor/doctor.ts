/** All checks of `tailslate doctor`: started together, given in one order. */
import { ConfigError } from "../process/config-error.ts";
import { type Config, loadConfig } from "../process/config.ts";
import { DEFAULT_TASK_QUEUE } from "../contract/names.ts";
import type { runtimeName } from "../process/runtime.ts";
import { examineAccount } from "./agora-checks.ts";
import { examineClock } from "./clock-check.ts";
import { type Finding, skipped } from "./finding.ts";
import { examineConfiguration, examineRuntime, examineVersioning, examineWebhookSecret } from "./process-checks.ts";
import { examineStore } from "./store-checks.ts";
import { examineTemporal } from "./temporal-checks.ts";

export type DoctorOptions = {
  env: Record<string, string | undefined>;
  versions: Parameters<typeof runtimeName>[0];
  /** Register the search attributes that are missing. */
  fix: boolean;
  /** Write an object into each store. */
  write: boolean;
  /** Where in the stores, as in an object's key: empty, or with a slash behind. */
  prefix: string;
  /** An App ID of an account, by the account's name. */
  appIds: ReadonlyMap<string, string>;
};

/** Runs every check. Never rejects for what it finds; a configuration that cannot be used leaves the others their turn. */
export async function examineAll(options: DoctorOptions): Promise<Finding[]> {
  const { env, versions, fix } = options;
  const config = configuration(env);
  const taskQueue = env["TEMPORAL_TASK_QUEUE"] ?? DEFAULT_TASK_QUEUE;
  const usable = config instanceof Error ? { accounts: new Map(), searchAttributes: "auto" as const } : config;
  const findings = await Promise.all([
    examineRuntime(versions),
    examineConfiguration(config),
    examineWebhookSecret(config),
    examineVersioning(env),
    examineTemporal({ ...usable, taskQueue, accounts: [...usable.accounts.keys()], fix }),
    ...(config instanceof Error ? withoutConfiguration() : examineOutside(config, options)),
  ]);
  return findings.flat();
}

function configuration(env: DoctorOptions["env"]): Config | ConfigError {
  try {
    return loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

function examineOutside(
  { accounts, stores }: Config,
  { write, prefix, appIds }: DoctorOptions,
): Promise<Finding | Finding[]>[] {
  const addresses = [...accounts.values()].flatMap(({ baseUrls }) => baseUrls);
  const endpoints = [...stores.values()].map(({ endpoint }) => endpoint);
  return [
    ...[...accounts].map(([account, settings]) => examineAccount({ account, settings, appId: appIds.get(account) })),
    ...[...stores].map(([store, settings]) => examineStore({ store, settings, prefix, write })),
    examineClock([...addresses, ...endpoints].map((address) => new URL(address))),
  ];
}

function withoutConfiguration(): Finding[] {
  return ["agora", "store", "clock"].map((check) => ({ check, ...skipped("The configuration cannot be used") }));
}
