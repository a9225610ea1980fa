/**
 * Signs a request to an S3 store with Signature Version 4.
 *
 * Headers that a proxy may rewrite (`Accept-Encoding`) or that stores leave out (`Range`, `Content-Type`, `Content-MD5`) are
 * added after the signing: Google's front end changes the first and then refuses the signature.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
import { AwsV4Signer } from "aws4fetch";
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

import { sha256Hex } from "../../lib/sha256.ts";
import type { RequestLimits, SignedRequest, StoreRequest } from "../http/protocol.ts";
import { objectUrl } from "../http/object-url.ts";

export type Keys = { accessKey: string; secretKey: string; sessionToken?: string | undefined };

/** Keys, or for credentials that expire a function that is called before each request. */
export type Credentials = Keys | { credentials: () => Promise<Keys> };

/** How a store differs from Amazon's. */
export type S3Quirks = {
  /** Knows the first version of a listing only. */
  listsByMarker?: boolean;
  /** Lists wrongly when keys are asked for URL-encoded. */
  listsPlainKeys?: boolean;
  /** Checks an `x-amz-checksum-sha256`. */
  checksSha256?: boolean;
};

/** Encrypts what is written with the store's own key, or with one of its key service. */
export type ServerSideEncryption = "AES256" | { kmsKeyId: string };

/** For how long an object may not be deleted. */
export type ObjectLock = { mode: "GOVERNANCE" | "COMPLIANCE"; days: number };

export type S3Settings = Credentials & {
  endpoint: URL | string;
  /** The region to sign. */
  region: string;
  bucket: string;
  /** Whether the bucket is named in the path or in the host, or `bound`: the endpoint is the bucket's own (CNAME). */
  addressing: "path" | "virtual" | "bound";
  /** Whether the store understands `x-amz-checksum-mode`, and then shows the checksum that it keeps. */
  checksumMode: boolean;
  quirks?: S3Quirks | undefined;
  serverSideEncryption?: ServerSideEncryption | undefined;
  objectLock?: ObjectLock | undefined;
  /** Whether requests say that their sender pays for them. */
  requesterPays?: boolean | undefined;
  limits?: RequestLimits | undefined;
};

const ALGORITHM = "AWS4-HMAC-SHA256";

/** Creates the signer of a bucket's requests, each for now. It throws a `RangeError` for a key that no URL can carry. */
export function createS3Signer(settings: S3Settings): (request: StoreRequest) => Promise<SignedRequest> {
  const root = bucketUrl(settings);
  const signingKey = createSigningKeys();
  return async (request) => {
    const { method, key, headers = {}, bytes } = request;
    const keys = "credentials" in settings ? await settings.credentials() : settings;
    const signer = new AwsV4Signer({
      method,
      url: objectUrl(root, request).href,
      headers: {
        "x-amz-content-sha256": sha256Hex(bytes ?? ""),
        ...(settings.checksumMode && key !== undefined && method !== "PUT" && { "x-amz-checksum-mode": "ENABLED" }),
        ...(settings.requesterPays === true && { "x-amz-request-payer": "requester" }),
        ...pickAmazonHeaders(headers),
      },
      accessKeyId: keys.accessKey,
      secretAccessKey: keys.secretKey,
      ...(keys.sessionToken !== undefined && { sessionToken: keys.sessionToken }),
      region: settings.region,
      service: "s3",
    });
    const authorization = await authorize(signer, signingKey(keys.secretKey, signer.credentialString));
    const signed = { ...Object.fromEntries(signer.headers), authorization, "accept-encoding": "identity", ...headers };
    return { url: signer.url, headers: signed };
  };
}

/** Amazon's own headers must be signed. */
function pickAmazonHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("x-amz-")));
}

/** Signs the library's canonical string: its own signature takes several times as long, as WebCrypto makes each hash a job. */
async function authorize(signer: AwsV4Signer, signingKey: KeyObject): Promise<string> {
  const { datetime, credentialString: scope, accessKeyId, signedHeaders } = signer;
  const text = [ALGORITHM, datetime, scope, sha256Hex(await signer.canonicalString())].join("\n");
  const signature = hmac(signingKey, text).toString("hex");
  return `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

/** Derives signing keys and caches the last one: it is valid for a day, unless the credentials change before. */
function createSigningKeys(): (secretKey: string, scope: string) => KeyObject {
  let last: { secretKey: string; scope: string; key: KeyObject } | undefined;
  return (secretKey, scope) => {
    if (last === undefined || last.secretKey !== secretKey || last.scope !== scope) {
      const derived = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secretKey}`);
      last = { secretKey, scope, key: createSecretKey(Buffer.from(derived)) };
    }
    return last.key;
  };
}

function hmac(key: string | Buffer | KeyObject, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function bucketUrl({ endpoint, bucket, addressing }: S3Settings): URL {
  const url = new URL(endpoint);
  switch (addressing) {
    case "path":
      url.pathname = `${url.pathname.replace(/\/$/, "")}/${bucket}`;
      break;
    case "virtual":
      url.hostname = `${bucket}.${url.hostname}`;
      break;
    case "bound":
      break;
  }
  return url;
}
