/**
 * Signs a request to Azure Blob Storage with Shared Key.
 *
 * https://learn.microsoft.com/en-us/rest/api/storageservices/authorize-with-shared-key
 */
import { createHmac } from "node:crypto";

import type { RequestLimits, SignedRequest, StoreRequest } from "../http/protocol.ts";
import { objectUrl } from "../http/object-url.ts";

export type AzureSettings = {
  /** The account's blob endpoint. */
  endpoint: URL | string;
  account: string;
  /** One of the account's two keys, base64. */
  accountKey: string;
  /** The key to use instead, asked before each request: it rotates. */
  currentKey?: () => string;
  /** The container. */
  bucket: string;
  limits?: RequestLimits | undefined;
};

const VERSION = "2021-12-02";

/** Signs a request for now. Throws a `RangeError` for a key that no URL can carry. */
export async function signAzureRequest(settings: AzureSettings, request: StoreRequest): Promise<SignedRequest> {
  const { method, headers = {}, bytes } = request;
  const url = objectUrl(containerUrl(settings), request);
  const own = {
    ...(method === "PUT" && { "x-ms-blob-type": "BlockBlob" }),
    "x-ms-date": new Date().toUTCString(),
    "x-ms-version": VERSION,
  };
  // Standard headers are signed by position, a line each: after two that are never sent Content-Length, Content-MD5 and
  // Content-Type, after three more If-None-Match, and Range last.
  const type = `${headers["content-md5"] ?? ""}\n${headers["content-type"] ?? ""}`;
  const condition = `\n\n\n${headers["if-none-match"] ?? ""}`;
  const placed = `\n\n${bytes?.length || ""}\n${type}\n${condition}\n\n${headers["range"] ?? ""}`;
  const text = [
    method,
    placed,
    ...Object.entries(own).map(([name, value]) => `${name}:${value}`), // in alphabetical order
    canonicalResource(settings.account, url, request),
  ].join("\n");
  const accountKey = settings.currentKey?.() ?? settings.accountKey;
  const signature = createHmac("sha256", Buffer.from(accountKey, "base64")).update(text).digest("base64");
  const authorization = `SharedKey ${settings.account}:${signature}`;
  return { url, headers: { ...own, authorization, "accept-encoding": "identity", ...headers } };
}

/** Azurite's endpoint has the account in its path: the resource then names it twice, as Azurite requires. */
function canonicalResource(account: string, url: URL, { query = {} }: StoreRequest): string {
  const parameters = Object.keys(query)
    .toSorted()
    .map((name) => `${name}:${query[name]}`);
  return [`/${account}${url.pathname}`, ...parameters].join("\n");
}

function containerUrl({ endpoint, bucket }: AzureSettings): URL {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/${bucket}`;
  return url;
}
