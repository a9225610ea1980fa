/** The schema of a configuration: what parses to accounts, opened stores and secrets. A mistake is named by its field. */
import { z } from "zod";

import type { BucketSettings } from "../bucket/open-bucket.ts";
import { resolveStore } from "../bucket/vendors/resolve-store.ts";
import type { StoreMistake, StoreSettings } from "../bucket/vendors/store-settings.ts";
import { addressMistake } from "../lib/web-address.ts";
import { parseKeyFile, type TemporaryKeys } from "./key-file.ts";
import type { SecretReader } from "./secrets.ts";

const kmsKey = z.strictObject({ kmsKeyId: z.string().regex(/^[\x21-\x7e]{1,2048}$/, "must be a key's id") });
const encryption = z.union([z.literal("AES256"), kmsKey], 'must be "AES256" or { "kmsKeyId": … }');
const objectLock = z.strictObject({ mode: z.enum(["GOVERNANCE", "COMPLIANCE"]), days: z.int().min(1).max(36_500) });

const AGORA_HOSTS = ["https://api.agora.io", "https://api.sd-rtn.com"];

export type ParsedConfig = z.output<ReturnType<typeof configSchema>>;

type Secret = ReturnType<typeof secretSchema>;

export function configSchema(secrets: SecretReader) {
  const secret = secretSchema(secrets);
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

  const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, "must be made of letters, digits, _ and - only");
  return z.strictObject({
    accounts: z.record(name, Account).default({}),
    stores: z.record(name, storeSchema(secrets, secret)).default({}),
    notifications: z.strictObject({ secret: notificationSecret(secrets) }).optional(),
    searchAttributes: z.union([z.literal("auto"), z.boolean()], 'must be "auto", true or false').default("auto"),
  });
}

const NO_KEYS_IN_FILE =
  "names a file without temporary keys: JSON with AccessKeyId, SecretAccessKey, SessionToken and Expiration";

/** One secret, or while it rotates a list of those that are valid. */
function notificationSecret(secrets: SecretReader) {
  return z
    .union([z.string(), z.array(z.string()).min(1).max(10)], "must be env:NAME or file:PATH, or a list of them")
    .transform((references, context) =>
      [references].flat().map((reference, index) => {
        const resolved = secrets.read(reference);
        if ("value" in resolved) return resolved.value;
        const path = typeof references === "string" ? [] : [index];
        context.addIssue({ code: "custom", path, message: resolved.mistake });
        return "";
      }),
    );
}

function secretSchema(secrets: SecretReader) {
  return z.string().transform((reference, context) => {
    const resolved = secrets.read(reference);
    if ("value" in resolved) return resolved.value;
    // Not fatal, so that the store's other mistakes are named too.
    context.addIssue({ code: "custom", message: resolved.mistake, continue: true });
    return "";
  });
}

function storeSchema(secrets: SecretReader, secret: Secret) {
  const numberOrName = z.union([z.number(), z.string()], "must be Agora's number or a name");
  return z
    .strictObject({
      vendor: numberOrName,
      region: numberOrName.optional(),
      bucket: z.string().min(1),
      endpoint: z.string().min(1).optional(),
      addressing: z.enum(["path", "virtual", "bound"]).optional(),
      accessKey: secret.optional(),
      secretKey: secret.optional(),
      sessionToken: secret.optional(),
      credentials: credentialsSchema(secrets).optional(),
      allowHttp: z.boolean().default(false),
      serverSideEncryption: encryption.optional(),
      objectLock: objectLock.optional(),
      requesterPays: z.boolean().optional(),
    })
    .superRefine((settings, context) => {
      const resolved = resolveParsed(settings);
      if ("mistake" in resolved)
        context.addIssue({ code: "custom", path: [resolved.field], message: resolved.mistake });
    })
    .transform((settings) => {
      const resolved = resolveParsed(settings);
      return "mistake" in resolved ? z.NEVER : resolved; // the refinement above has named the mistake
    });
}

type ParsedStore = Omit<StoreSettings, "credentials"> & { credentials?: "aws" | TemporaryKeys | undefined };

/** The store, and when its temporary keys end, or the field that is wrong. */
function resolveParsed({
  credentials,
  ...settings
}: ParsedStore): StoreMistake | { settings: BucketSettings; endsAtMs: number | undefined } {
  if (typeof credentials !== "object") {
    const resolved = resolveStore({ ...settings, credentials });
    return "mistake" in resolved ? resolved : { settings: resolved, endsAtMs: undefined };
  }
  if (settings.accessKey !== undefined || settings.secretKey !== undefined || settings.sessionToken !== undefined) {
    return { field: "credentials", mistake: "is used instead of keys, not beside them" };
  }
  const { endsAtMs, ...keys } = credentials;
  const resolved = resolveStore({ ...settings, ...keys });
  return "mistake" in resolved ? resolved : { settings: resolved, endsAtMs };
}

/** `"aws"`, or temporary keys in a file. */
function credentialsSchema(secrets: SecretReader) {
  return z.string().transform((reference, context): "aws" | TemporaryKeys => {
    if (reference === "aws") return reference;
    const isFile = reference.startsWith("file:");
    const resolved = isFile ? secrets.read(reference) : { mistake: 'must be "aws", or file:PATH of temporary keys' };
    const keys = "value" in resolved ? parseKeyFile(resolved.value) : undefined;
    if (keys !== undefined) return keys;
    const message = "mistake" in resolved ? resolved.mistake : NO_KEYS_IN_FILE;
    context.addIssue({ code: "custom", message, continue: true });
    return { accessKey: "", secretKey: "", sessionToken: undefined, endsAtMs: undefined };
  });
}
