/**
 * Where a bucket is: its endpoint, and whether requests name the bucket in the path, in the host, or not at all. A place
 * that cannot work is a mistake of a field, with the form that would.
 */
import { completeAddress, addressMistake, isAddressLiteral } from "../../lib/web-address.ts";
import type { StoreMistake, StoreSettings } from "../vendors/store-settings.ts";
import type { S3Vendor } from "../vendors/vendors.ts";
import type { S3Settings } from "./signer.ts";

type Address = Pick<S3Settings, "endpoint" | "addressing">;

/** A name that can be one label of a host: RFC 1123 §2.1, in lower case, because hosts have no upper case. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
/** The first label of a service's own host, not of a domain that is bound to a bucket. */
const SERVICE = /^(?:s3|oss|cos|obs|storage)[.-]/;

const STYLE_REQUIRED =
  'is required for an endpoint that is not the vendor\'s: "bound" for a domain that is bound to the bucket (CNAME), ' +
  '"virtual" where the bucket precedes it, "path" where the bucket follows it';

/** Finds the endpoint and the style, or says which field is wrong. `region` is the one that is signed. */
export function resolveAddress(
  vendor: S3Vendor,
  settings: StoreSettings & { signedRegion: string },
): Address | StoreMistake {
  const { bucket, allowHttp = false, signedRegion } = settings;
  const endpoint =
    settings.endpoint === undefined ? vendor.endpoint?.(signedRegion) : completeAddress(settings.endpoint);
  if (endpoint === undefined) return { field: "endpoint", mistake: `is required for the vendor ${vendor.name}` };
  const mistake = addressMistake(endpoint, allowHttp);
  if (mistake !== undefined) return { field: "endpoint", mistake };

  const url = new URL(endpoint);
  const addressing = settings.addressing ?? defaultAddressing(vendor, { url, bucket });
  const place = { ...settings, url };
  // The vendor's own endpoint holds no bucket, even where the bucket has the name of the service.
  const held = settings.endpoint === undefined ? undefined : findBucketInEndpoint(vendor, place);
  return held ?? checkStyle(vendor, place) ?? { endpoint, addressing };
}

type Place = { url: URL; bucket: string; addressing?: S3Settings["addressing"] | undefined };

/** An address literal has no names below it, and a certificate covers one label only. */
function defaultAddressing(
  { addressing, pathStyle = true }: S3Vendor,
  { url, bucket }: Place,
): S3Settings["addressing"] {
  return addressing === "virtual" && pathStyle && !canPrecedeHost({ url, bucket }) ? "path" : addressing;
}

function canPrecedeHost({ url, bucket }: Place): boolean {
  if (isAddressLiteral(url)) return false;
  const labels = url.protocol === "https:" ? [bucket] : bucket.split(".");
  return labels.every((label) => LABEL.test(label));
}

/** A style that was chosen by hand decides whether a host that begins like the bucket is the bucket's or the server's. */
function findBucketInEndpoint(vendor: S3Vendor, { url, bucket, addressing }: Place): StoreMistake | undefined {
  if (addressing === "bound") return undefined;
  const isInHost = url.hostname.startsWith(`${bucket.toLowerCase()}.`);
  const isRefused = addressing === undefined || addressing === "virtual" || isOwnHost(vendor, url);
  if (isInHost && isRefused) return { field: "endpoint", mistake: holdsBucket(withoutBucketInHost({ url, bucket })) };

  const isInPath = url.pathname.replace(/\/$/, "").endsWith(`/${bucket}`);
  if (!isInPath || addressing === "path") return undefined;
  const shorter = `${url.origin}${url.pathname.replace(/\/$/, "").slice(0, -bucket.length - 1)}`;
  return { field: "endpoint", mistake: holdsBucket(shorter) };
}

function holdsBucket(endpoint: string): string {
  return (
    `already holds the bucket: give ${endpoint}, or addressing "bound" for a domain that is bound to the bucket, ` +
    `or "path" where the name is the server's own`
  );
}

function withoutBucketInHost({ url, bucket }: Place): string {
  const shorter = new URL(url);
  shorter.hostname = url.hostname.slice(bucket.length + 1);
  return shorter.href.replace(/\/$/, "");
}

function checkStyle(vendor: S3Vendor, place: Place): StoreMistake | undefined {
  const { url, addressing } = place;
  const { pathStyle = true, name } = vendor;
  if (addressing === "path" && !pathStyle && isOwnHost(vendor, url)) {
    return { field: "addressing", mistake: `cannot be "path": ${name} takes the bucket in the host only` };
  }
  const style = addressing ?? defaultAddressing(vendor, place);
  if (style !== "virtual") return undefined;
  if (!canPrecedeHost(place)) return virtualMistake(vendor, place);
  return addressing === undefined && isForeign(vendor, url)
    ? { field: "addressing", mistake: STYLE_REQUIRED }
    : undefined;
}

function virtualMistake({ pathStyle = true }: S3Vendor, { url, bucket }: Place): StoreMistake {
  if (isAddressLiteral(url)) {
    return {
      field: "addressing",
      mistake: 'cannot be "virtual" for an IP address, which has no names below it: give "path"',
    };
  }
  const reason = `"${bucket}" cannot be one name of a host`;
  return pathStyle
    ? { field: "addressing", mistake: `cannot be "virtual" because ${reason}: give "path"` }
    : { field: "bucket", mistake: `must be small letters, digits and hyphens, because ${reason}` };
}

/** Whether an endpoint may be a domain that is bound to the bucket: it is neither the vendor's nor named after a service. */
function isForeign(vendor: S3Vendor, url: URL): boolean {
  return vendor.endpoint !== undefined && !isOwnHost(vendor, url) && !SERVICE.test(url.hostname);
}

/** Whether a host is below the domain of the vendor's own endpoints. */
function isOwnHost({ endpoint, defaultRegion = "region" }: S3Vendor, { hostname }: URL): boolean {
  if (endpoint === undefined) return false;
  const domain = new URL(endpoint(defaultRegion)).hostname.split(".").slice(-2).join(".");
  return [domain, `${domain}.cn`].some((own) => hostname.endsWith(`.${own}`));
}
