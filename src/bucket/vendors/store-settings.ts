/**
 * A store as a customer describes it, with `vendor` and `region` as in the `storageConfig` of Agora's `start`, made into
 * what opens its bucket: an endpoint, credentials, and for S3 the region to sign and the addressing style.
 */
import { awsCredentials, hasAwsCredentials } from "../s3/aws-credentials.ts";
import type { AzureSettings } from "../azure/signer.ts";
import type { BucketSettings } from "../open-bucket.ts";
import type { Credentials } from "../s3/signer.ts";
import { findVendor, type Vendor, vendorMistake } from "./vendors.ts";

export type StoreSettings = {
  /** As in Agora's `storageConfig`, or by name: s3, oss, cos, azure, gcs, obs, bos, s3-compatible. */
  vendor: number | string;
  /** As in Agora's `storageConfig`, or by Agora's or the vendor's name. Azure needs none. */
  region?: number | string | undefined;
  bucket: string;
  endpoint?: URL | string | undefined;
  addressing?: "path" | "virtual" | undefined;
  /** For Azure the name of the storage account. */
  accessKey?: string | undefined;
  /** For Azure one of the account's two keys. */
  secretKey?: string | undefined;
  sessionToken?: string | undefined;
  /** Instead of keys: the AWS default chain. */
  credentials?: "aws" | undefined;
  /** Whether plain HTTP may leave this machine. */
  allowHttp?: boolean | undefined;
};

/** What is wrong with a store's settings: the field, and why it cannot be used. */
export type StoreMistake = { field: keyof StoreSettings; mistake: string };

/** Finds the store, or says which field is wrong. */
export function resolveStore(settings: StoreSettings): BucketSettings | StoreMistake {
  const vendor = findVendor(String(settings.vendor));
  const isAzure = /^(5|azure)$/i.test(String(settings.vendor));
  if (vendor === undefined && !isAzure) return { field: "vendor", mistake: vendorMistake(String(settings.vendor)) };
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(settings.bucket)) {
    return { field: "bucket", mistake: "must be a bucket's name: letters, digits and . _ - only" };
  }
  return vendor === undefined ? resolveAzure(settings) : resolveS3(vendor, settings);
}

function resolveS3(vendor: Vendor, settings: StoreSettings): BucketSettings | StoreMistake {
  const region = findRegion(vendor, settings);
  if (region === undefined) return regionMistake(vendor, settings.region);

  const endpoint = settings.endpoint ?? vendor.endpoint?.(region);
  if (endpoint === undefined) return { field: "endpoint", mistake: `is required for the vendor ${vendor.name}` };
  const mistake = endpointMistake(endpoint, settings.allowHttp === true);
  if (mistake !== undefined) return { field: "endpoint", mistake };
  const credentials = credentialsOf(settings);
  if ("mistake" in credentials) return credentials;

  const { bucket, addressing = vendor.addressing } = settings;
  return { ...credentials, endpoint, region, bucket, addressing, checksumMode: vendor.checksumMode };
}

function resolveAzure(settings: StoreSettings): AzureSettings | StoreMistake {
  const { bucket, credentials, accessKey: account, secretKey: accountKey, allowHttp } = settings;
  if (credentials !== undefined) return { field: "credentials", mistake: "is for stores that speak S3" };
  if (account === undefined || !/^[a-z0-9]{3,24}$/.test(account)) {
    return { field: "accessKey", mistake: "must be the storage account's name: 3 to 24 small letters and digits" };
  }
  if (accountKey === undefined) return { field: "secretKey", mistake: "is required: a key of the storage account" };

  const endpoint = settings.endpoint ?? `https://${account}.blob.core.windows.net`;
  const mistake = endpointMistake(endpoint, allowHttp === true);
  return mistake === undefined ? { endpoint, account, accountKey, bucket } : { field: "endpoint", mistake };
}

function credentialsOf({ credentials, accessKey, secretKey, sessionToken }: StoreSettings): Credentials | StoreMistake {
  if (credentials === undefined) {
    if (accessKey === undefined) return { field: "accessKey", mistake: 'is required, unless credentials is "aws"' };
    if (secretKey === undefined) return { field: "secretKey", mistake: 'is required, unless credentials is "aws"' };
    return { accessKey, secretKey, sessionToken };
  }
  if (accessKey !== undefined || secretKey !== undefined || sessionToken !== undefined) {
    return { field: "credentials", mistake: "stands instead of keys, not beside them" };
  }
  return hasAwsCredentials()
    ? { credentials: awsCredentials() }
    : { field: "credentials", mistake: "needs the package @aws-sdk/credential-providers, which is not installed" };
}

/** A name that is not in the table is used as it is where the endpoint is given too: the table may be older than the region. */
function findRegion(vendor: Vendor, { region, endpoint }: StoreSettings): string | undefined {
  if (region === undefined || region === "") return vendor.defaultRegion;
  if (/^\d+$/.test(String(region))) return vendor.regions[Number(region)];
  const name = String(region).toLowerCase().replaceAll("_", "-");
  const known = vendor.aliases?.get(name) ?? Object.values(vendor.regions).find((candidate) => candidate === name);
  return known ?? (endpoint !== undefined && /^[a-z0-9-]+$/.test(name) ? name : undefined);
}

function regionMistake({ name, regions }: Vendor, asked: number | string | undefined): StoreMistake {
  const known = Object.entries(regions).map(([number, region]) => `${number} (${region})`);
  const state = asked === undefined || asked === "" ? "is required" : "is unknown";
  return {
    field: "region",
    mistake: `${state} for the vendor ${name}: give one of ${known.join(", ")}, or a name and the endpoint`,
  };
}

function endpointMistake(endpoint: URL | string, allowHttp: boolean): string | undefined {
  const url = URL.parse(String(endpoint));
  if (url === null || !/^https?:$/.test(url.protocol)) return "must be an http or https address";
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return "must be an address without credentials, query and fragment";
  }
  if (url.protocol === "https:" || allowHttp || isLoopback(url.hostname)) return undefined;
  return "must be https: plain HTTP is for loopback only, unless allowHttp is true";
}

function isLoopback(hostname: string) {
  return /^(127(\.\d+){3}|\[::1\]|([^.]+\.)*localhost)$/.test(hostname);
}
