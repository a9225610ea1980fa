/**
 * Takes up rotated secrets without a restart. The files that hold them are compared at most once a second, when a secret is
 * used; when one has changed, the whole configuration is parsed again, so that an access key and its secret change together.
 * What cannot be parsed, such as a file that is half written, leaves the last secrets in use.
 */
import type { AgoraSettings } from "../agora/client.ts";
import type { BucketSettings } from "../bucket/open-bucket.ts";
import { TailslateError } from "../lib/tailslate-error.ts";
import type { ParsedConfig } from "./config-schema.ts";
import type { Config } from "./config.ts";
import type { SecretReader } from "./secrets.ts";

type Version = { data: ParsedConfig; secrets: SecretReader };
type ParsedStore = ParsedConfig["stores"][string];

const INTERVAL_MS = 1000;

/** `parse` parses anew, or gives `undefined` where it fails. */
export function followSecrets(first: Version, parse: () => Version | undefined): Config {
  const { accounts, stores, notifications, searchAttributes } = first.data;
  const isFixed = !first.secrets.hasFiles();
  const current = follow(first, parse);
  const followAccount = (name: string, account: AgoraSettings): AgoraSettings =>
    isFixed ? account : { ...account, currentCredentials: () => current().accounts[name] ?? account };
  const followed = (name: string, store: ParsedStore): BucketSettings =>
    isFixed ? store.settings : followStore(store, () => current().stores[name] ?? store);
  return {
    accounts: new Map(Object.entries(accounts).map(([name, account]) => [name, followAccount(name, account)])),
    stores: new Map(Object.entries(stores).map(([name, store]) => [name, followed(name, store)])),
    notificationSecrets: notifications && (() => current().notifications?.secret ?? notifications.secret),
    searchAttributes,
  };
}

function follow(first: Version, parse: () => Version | undefined): () => ParsedConfig {
  let version = first;
  let comparedMs = performance.now();
  return () => {
    if (performance.now() - comparedMs >= INTERVAL_MS) {
      comparedMs = performance.now();
      if (version.secrets.hasChanged()) version = parse() ?? version;
    }
    return version.data;
  };
}

function followStore(first: ParsedStore, current: () => ParsedStore): BucketSettings {
  const { settings } = first;
  if ("accountKey" in settings) return { ...settings, currentKey: () => readAzureKey(current().settings) };
  if ("credentials" in settings) return settings;
  const { accessKey: _a, secretKey: _s, sessionToken: _t, ...place } = settings;
  return { ...place, credentials: async () => readKeys(current()) };
}

function readAzureKey(settings: BucketSettings): string {
  return "accountKey" in settings ? settings.accountKey : "";
}

async function readKeys({ settings, endsAtMs = Infinity }: ParsedStore) {
  if (endsAtMs <= Date.now()) throw new TailslateError("its temporary keys have ended, and the file has no newer ones");
  if ("accountKey" in settings) throw new TailslateError("its protocol changed");
  return "credentials" in settings ? settings.credentials() : settings;
}
