/** From a customer's description of a store that speaks S3 to its endpoint, signed region, addressing style and credentials. */
import type { StoreMistake, StoreSettings } from "../vendors/store-settings.ts";
import type { S3Vendor } from "../vendors/vendors.ts";
import { resolveAddress } from "./address.ts";
import { awsCredentials, hasAwsCredentials } from "./aws-credentials.ts";
import { findRegion, regionMistake } from "./region.ts";
import type { Credentials, S3Settings } from "./signer.ts";

/** The settings of a bucket, or the field of the description that is wrong. */
export function resolveS3Store(vendor: S3Vendor, settings: StoreSettings): S3Settings | StoreMistake {
  const region = findRegion(vendor, settings);
  if (region === undefined) return regionMistake(vendor, settings.region);
  const address = resolveAddress(vendor, { ...settings, signedRegion: region });
  if ("mistake" in address) return address;
  const credentials = resolveCredentials(settings);
  if ("mistake" in credentials) return credentials;

  const { serverSideEncryption, objectLock, requesterPays } = settings;
  const { checksumMode = false, quirks = {} } = vendor;
  const place = { ...credentials, ...address, region, bucket: settings.bucket };
  return { ...place, checksumMode, quirks, serverSideEncryption, objectLock, requesterPays };
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
