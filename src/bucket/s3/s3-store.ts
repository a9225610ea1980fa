/** From a customer's description of a store that speaks S3 to its endpoint, signed region, addressing style and credentials. */
import { addressMistake } from "../../lib/web-address.ts";
import type { StoreMistake, StoreSettings } from "../vendors/store-settings.ts";
import type { S3Vendor } from "../vendors/vendors.ts";
import { awsCredentials, hasAwsCredentials } from "./aws-credentials.ts";
import type { Credentials, S3Settings } from "./signer.ts";

/** The settings of a bucket, or the field of the description that is wrong. */
export function resolveS3Store(vendor: S3Vendor, settings: StoreSettings): S3Settings | StoreMistake {
  const region = findRegion(vendor, settings);
  if (region === undefined) return regionMistake(vendor, settings.region);

  const { bucket, endpoint = vendor.endpoint?.(region), addressing = vendor.addressing, allowHttp = false } = settings;
  if (endpoint === undefined) return { field: "endpoint", mistake: `is required for the vendor ${vendor.name}` };
  const mistake = addressMistake(endpoint, allowHttp);
  if (mistake !== undefined) return { field: "endpoint", mistake };
  const credentials = resolveCredentials(settings);
  if ("mistake" in credentials) return credentials;

  return { ...credentials, endpoint, region, bucket, addressing, checksumMode: vendor.checksumMode ?? false };
}

function resolveCredentials(settings: StoreSettings): Credentials | StoreMistake {
  const { credentials, accessKey, secretKey, sessionToken } = settings;
  if (credentials === undefined) {
    if (accessKey === undefined) return { field: "accessKey", mistake: 'is required, unless credentials is "aws"' };
    if (secretKey === undefined) return { field: "secretKey", mistake: 'is required, unless credentials is "aws"' };
    return { accessKey, secretKey, sessionToken };
  }
  if (accessKey !== undefined || secretKey !== undefined || sessionToken !== undefined) {
    return { field: "credentials", mistake: "is used instead of keys, not beside them" };
  }
  return hasAwsCredentials()
    ? { credentials: awsCredentials() }
    : { field: "credentials", mistake: "needs the package @aws-sdk/credential-providers, which is not installed" };
}

/** Beside an endpoint, a name that the table lacks is used as it is: the region may be newer than the table. */
function findRegion(vendor: S3Vendor, { region, endpoint }: StoreSettings): string | undefined {
  if (region === undefined || region === "") return vendor.defaultRegion;
  if (/^\d+$/.test(String(region))) return vendor.regions[Number(region)];
  const name = String(region).toLowerCase().replaceAll("_", "-");
  const known = vendor.aliases?.get(name) ?? Object.values(vendor.regions).find((candidate) => candidate === name);
  return known ?? (endpoint !== undefined && /^[a-z0-9-]+$/.test(name) ? name : undefined);
}

function regionMistake({ name, regions }: S3Vendor, wanted: number | string | undefined): StoreMistake {
  const known = Object.entries(regions).map(([number, region]) => `${number} (${region})`);
  const state = wanted === undefined || wanted === "" ? "is required" : "is unknown";
  return {
    field: "region",
    mistake: `${state} for the vendor ${name}: give one of ${known.join(", ")}, or a name and the endpoint`,
  };
}
