import { addressMistake, completeAddress } from "../../lib/web-address.ts";
import type { StoreMistake, StoreSettings } from "../vendors/store-settings.ts";
import type { AzureVendor } from "../vendors/vendors.ts";
import type { AzureSettings } from "./signer.ts";

const S3_ONLY = ["credentials", "serverSideEncryption", "objectLock", "requesterPays"] as const;

/** The settings of a container, or the field of the description that is wrong. */
export function resolveAzureStore(vendor: AzureVendor, settings: StoreSettings): AzureSettings | StoreMistake {
  const { bucket, accessKey: account, secretKey: accountKey, allowHttp = false } = settings;
  const foreign = S3_ONLY.find((field) => settings[field] !== undefined && settings[field] !== false);
  if (foreign !== undefined) return { field: foreign, mistake: "is for stores that speak S3" };
  if (account === undefined || !/^[a-z0-9]{3,24}$/.test(account)) {
    return { field: "accessKey", mistake: "must be the storage account's name: 3 to 24 small letters and digits" };
  }
  if (accountKey === undefined) return { field: "secretKey", mistake: "is required: a key of the storage account" };

  const endpoint = settings.endpoint === undefined ? vendor.endpoint(account) : completeAddress(settings.endpoint);
  const mistake = addressMistake(endpoint, allowHttp) ?? containerMistake(new URL(endpoint), bucket);
  return mistake === undefined ? { endpoint, account, accountKey, bucket } : { field: "endpoint", mistake };
}

function containerMistake({ origin, pathname }: URL, bucket: string): string | undefined {
  const path = pathname.replace(/\/$/, "");
  if (!path.endsWith(`/${bucket}`)) return undefined;
  return `already holds the container: give ${origin}${path.slice(0, -bucket.length - 1)}`;
}
