/**
 * A request to an S3 store: its URL and its headers, signed with Signature Version 4.
 *
 * Headers that a proxy may rewrite (`Accept-Encoding`) or that stores leave out (`Range`, `Content-Type`) are added after the
 * signing: Google's front end changes the first and then refuses the signature.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
import { AwsV4Signer } from "aws4fetch";
import { createHash } from "node:crypto";

import type { SignedRequest, StoreRequest } from "./call.ts";
import { objectUrl } from "./object-url.ts";

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

/** Signs a request for now. Throws a `RangeError` for a key that no URL can carry. */
export async function signRequest(settings: S3Settings, request: StoreRequest): Promise<SignedRequest> {
  const { method, key, headers = {}, bytes } = request;
  const keys = "credentials" in settings ? await settings.credentials() : settings;
  const signer = new AwsV4Signer({
    method,
    url: objectUrl(bucketUrl(settings), request).href,
    headers: {
      "x-amz-content-sha256": createHash("sha256")
        .update(bytes ?? "")
        .digest("hex"),
      ...(settings.checksumMode && key !== undefined && method !== "PUT" && { "x-amz-checksum-mode": "ENABLED" }),
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

function bucketUrl({ endpoint, bucket, addressing }: S3Settings): URL {
  const url = new URL(endpoint);
  if (addressing === "virtual") url.hostname = `${bucket}.${url.hostname}`;
  else url.pathname = `${url.pathname.replace(/\/$/, "")}/${bucket}`;
  return url;
}
