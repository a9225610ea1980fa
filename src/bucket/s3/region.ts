/** The region that is signed: by Agora's number or name, the vendor's name, or the host of the endpoint. */
import { completeAddress } from "../../lib/web-address.ts";
import type { StoreMistake, StoreSettings } from "../vendors/store-settings.ts";
import type { S3Vendor } from "../vendors/vendors.ts";

/** Finds the region. Beside an endpoint a name that the table lacks is signed as written: the region may be newer than the table. */
export function findRegion(vendor: S3Vendor, { region, endpoint }: StoreSettings): string | undefined {
  if (vendor.ignoresRegion) return vendor.defaultRegion;
  const wanted = String(region ?? "");
  if (wanted === "" || wanted === "0") {
    const inHost = findRegionInHost(vendor, endpoint);
    if (inHost !== undefined) return inHost;
  }
  if (wanted === "") return vendor.defaultRegion;
  if (/^\d+$/.test(wanted)) return vendor.regions[Number(wanted)];
  const isUsable = endpoint !== undefined && /^[\w.-]{1,64}$/.test(wanted);
  return findKnownRegion(vendor, wanted) ?? (isUsable ? wanted : undefined);
}

/** Agora writes the vendors' names in capitals with `_`. */
function findKnownRegion({ aliases, regions }: S3Vendor, wanted: string): string | undefined {
  const name = wanted.toLowerCase().replaceAll("_", "-");
  return aliases?.get(name) ?? Object.values(regions).find((candidate) => candidate === name);
}

function findRegionInHost({ hosts = [] }: S3Vendor, endpoint: StoreSettings["endpoint"]): string | undefined {
  const host = endpoint === undefined ? "" : (URL.parse(completeAddress(endpoint))?.hostname ?? "");
  for (const { pattern, region } of hosts) {
    const found = pattern.exec(host);
    if (found !== null) return region ?? found[1];
  }
  return undefined;
}

/** Why there is no region to sign. */
export function regionMistake({ name, regions }: S3Vendor, wanted: number | string | undefined): StoreMistake {
  const known = Object.entries(regions).map(([number, region]) => `${number} (${region})`);
  const state = wanted === undefined || wanted === "" ? "is required" : "is unknown";
  return {
    field: "region",
    mistake: `${state} for the vendor ${name}: give one of ${known.join(", ")}, or a name and the endpoint`,
  };
}
