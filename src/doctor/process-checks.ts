/** The checks that send nothing: the runtime, the packages and the environment. */
import type { Config } from "../process/config.ts";
import type { Host } from "../process/host.ts";
import { readPackageVersion } from "../process/package-version.ts";
import { runtimeName } from "../process/runtime.ts";
import { runCheck, type CheckResult, ok, skipped, warning, wrong } from "./check.ts";

const SDK = ["activity", "client", "common", "envconfig", "worker", "workflow"].map((name) => `@temporalio/${name}`);
const UNSUPPORTED = {
  Bun: " (Temporal calls its worker experimental there)",
  Deno: " (Temporal does not support its worker there)",
};

/** Names the runtime, and checks that all of Temporal's packages have one version. */
export function checkRuntime(versions: Host["versions"]): Promise<CheckResult> {
  return runCheck({
    check: "runtime",
    remedy: "Install the packages again: npm ci",
    run: () => {
      const name = runtimeName(versions);
      const support = Object.entries(UNSUPPORTED).find(([runtime]) => name.startsWith(runtime))?.[1] ?? "";
      const sdk = SDK.map((packageName) => ({
        packageName,
        version: readPackageVersion(`${packageName}/package.json`),
      }));
      const [version, ...others] = new Set(sdk.map((at) => at.version));
      if (others.length === 0) return ok(`${name}${support}, Temporal SDK ${version}`);
      const list = sdk.map((at) => `${at.packageName} ${at.version}`).join(", ");
      return wrong(
        `Temporal's packages differ: ${list}`,
        "Install all of them at one version, and no second copy of any",
      );
    },
  });
}

/** Names the accounts and stores, or the mistakes of a configuration that cannot be used. */
export function checkConfiguration(config: Config | Error): Promise<CheckResult> {
  return runCheck({
    check: "configuration",
    remedy: "Mend what it names; README.md has an example",
    run: () => {
      if (config instanceof Error) throw config;
      const found = `Accounts: ${joinNames(config.accounts)}; stores: ${joinNames(config.stores)}`;
      const remedy = "Write tailslate.config.json, or set AGORA_* and TAILSLATE_STORE_*; README.md has an example";
      if (config.accounts.size + config.stores.size === 0) return wrong(found, remedy);
      return config.accounts.size === 0 || config.stores.size === 0 ? warning(found, remedy) : ok(found);
    },
  });
}

/** Notifications are optional: a missing secret is a warning only. */
export function checkWebhookSecret(config: Config | Error): Promise<CheckResult> {
  return runCheck({
    check: "webhook-secret",
    remedy: "Set notifications.secret, or AGORA_NCS_SECRET",
    run: () => {
      if (config instanceof Error) return skipped("The configuration cannot be used");
      if (config.notificationSecrets !== undefined) return ok("Set");
      return warning(
        "Not set: without Agora's notifications a recording's end is seen at the next look",
        "Set notifications.secret, or AGORA_NCS_SECRET, and run: tailslate webhook",
      );
    },
  });
}

/** With only one of the two variables a worker runs without a version, against the intention. */
export function checkVersioning(env: Host["env"]): Promise<CheckResult> {
  const { TEMPORAL_DEPLOYMENT_NAME: deployment, TEMPORAL_WORKER_BUILD_ID: build } = env;
  return runCheck({
    check: "worker-versioning",
    remedy: "Set both variables, or none",
    run: () => {
      if (deployment && build) return ok(`Deployment ${deployment}, build ${build}`);
      if (!deployment && !build) return ok("Off");
      const [set, missing] = deployment
        ? ["DEPLOYMENT_NAME", "WORKER_BUILD_ID"]
        : ["WORKER_BUILD_ID", "DEPLOYMENT_NAME"];
      return wrong(
        `TEMPORAL_${set} is set and TEMPORAL_${missing} is not: workers run without a version`,
        "Set both, or none",
      );
    },
  });
}

function joinNames(configured: ReadonlyMap<string, unknown>): string {
  return configured.size === 0 ? "none" : [...configured.keys()].join(", ");
}
