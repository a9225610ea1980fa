import { resolveAzureStore } from "../azure/azure-store.ts";
import type { BucketSettings } from "../open-bucket.ts";
import { resolveS3Store } from "../s3/s3-store.ts";
import type { StoreMistake, StoreSettings } from "./store-settings.ts";
import { findVendor, vendorMistake } from "./vendors.ts";

/** Makes a customer's description into the settings that open the bucket, or says which field is wrong. */
export function resolveStore(settings: StoreSettings): BucketSettings | StoreMistake {
  const vendor = findVendor(String(settings.vendor));
  if (vendor === undefined) return { field: "vendor", mistake: vendorMistake(String(settings.vendor)) };
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(settings.bucket)) {
    return { field: "bucket", mistake: "must be a bucket's name: letters, digits and . _ - only" };
  }
  switch (vendor.protocol) {
    case "s3":
      return resolveS3Store(vendor, settings);
    case "azure":
      return resolveAzureStore(vendor, settings);
  }
}
