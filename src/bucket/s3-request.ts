/**
 * A request to an S3 store: its URL and its headers, signed with Signature Version 4.
 *
 * The path and the query are encoded here exactly as they are signed, so that no URL parser's idea of a space, a plus or a
 * quote comes between. Headers that a proxy may rewrite (`Accept-Encoding`) or that stores leave out (`Range`,
 * `Content-Type`) are added after the signing: Google's front end changes the first and then refuses the signature.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
import { AwsV4Signer } from "aws4fetch";
import { createHash } from "node:crypto";

export type Keys = { accessKey: string; secretKey: string; sessionToken?: string | undefined };

/** Keys, or what fetches them anew for each request: for credentials that expire. */
export type Credentials = Keys | { credentials: () => Promise<Keys> };

export type S3Settings = Credentials & {
  endpoint: URL | string;
  /** The region that is signed. */
  region: string;
  bucket: string;
  /** Whether the bucket stands in the path or in the host. */
  addressing: "path" | "virtual";
  /** Whether the store understands `x-amz-checksum-mode`, so that a look also shows the checksum it keeps. */
  checksumMode: boolean;
};

export type S3Request = {
  method: "GET" | "HEAD" | "PUT";
  key?: string;
  query?: Record<string, string>;
  /** Sent and not signed. */
  headers?: Record<string, string>;
  bytes?: Uint8Array;
};

/** Signs a request for now. Throws a `RangeError` for a key that no URL can carry. */
export async function signRequest(
  settings: S3Settings,
  { method, key = "", query = {}, headers = {}, bytes }: S3Request,
): Promise<{ url: URL; headers: Record<string, string> }> {
  const keys = "credentials" in settings ? await settings.credentials() : settings;
  const signer = new AwsV4Signer({
    method,
    url: requestUrl(settings, key, query).href,
    headers: {
      "x-amz-content-sha256": createHash("sha256")
        .update(bytes ?? "")
        .digest("hex"),
      ...(settings.checksumMode && key !== "" && method !== "PUT" && { "x-amz-checksum-mode": "ENABLED" }),
    },
    accessKeyId: keys.accessKey,
    secretAccessKey: keys.secretKey,
    ...(keys.sessionToken !== undefined && { sessionToken: keys.sessionToken }),
    region: settings.region,
    service: "s3",
  });
  const signed = await signer.sign();
  return {
    url: signed.url,
    headers: { ...Object.fromEntries(signed.headers), "accept-encoding": "identity", ...headers },
  };
}

function requestUrl({ endpoint, bucket, addressing }: S3Settings, key: string, query: Record<string, string>) {
  const url = new URL(endpoint);
  const parts = key.split("/");
  // A URL parser resolves dot segments, encoded ones too: the request would name another object.
  if (!key.isWellFormed() || parts.includes(".") || parts.includes("..")) {
    throw new RangeError("the key has a part that no URL can carry");
  }
  const base = url.pathname.replace(/\/$/, "");
  const root = addressing === "path" ? `${base}/${bucket}` : base;
  if (addressing === "virtual") url.hostname = `${bucket}.${url.hostname}`;
  // A bucket alone stands without a slash after it: not every store keeps that one when it checks the signature.
  url.pathname = key === "" ? root : `${root}/${parts.map(encode).join("/")}`;
  url.search = Object.entries(query)
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join("&");
  return url;
}

/** Every byte but the unreserved characters of RFC 3986 §2.3. */
function encode(text: string) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
