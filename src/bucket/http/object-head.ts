/** Reads an object's metadata from the headers of a response. */
import type { ObjectHead, StoredChecksum } from "../bucket.ts";
import { CHECKSUM_HEADERS } from "../vendors/vendors.ts";

type HeaderSource = { get(name: string): string | null };

/** The object's metadata, or `undefined` where the headers lack any of it. */
export function parseObjectHead(key: string, headers: HeaderSource): ObjectHead | undefined {
  const etag = headers.get("etag");
  const modified = Date.parse(headers.get("last-modified") ?? "");
  const range = headers.get("content-range");
  const size = range === null ? headers.get("content-length") : /^bytes \d+-\d+\/(\d+)$/.exec(range)?.[1];
  if (etag === null || Number.isNaN(modified) || !/^\d{1,15}$/.test(size ?? "")) return undefined;

  // A checksum beside a part may be that of the part: only Alibaba's is documented to be the whole object's.
  const checksum = range === null ? parseChecksum(headers) : undefined;
  return {
    key,
    sizeBytes: Number(size),
    etag: etag.replaceAll('"', ""),
    lastModified: new Date(modified).toISOString(),
    ...(checksum && { checksum }),
  };
}

function parseChecksum(headers: HeaderSource): StoredChecksum | undefined {
  for (const { name, algorithm, pattern, exceptBeside } of CHECKSUM_HEADERS) {
    if (exceptBeside !== undefined && headers.get(exceptBeside.name) === exceptBeside.value) continue;
    const header = headers.get(name);
    if (header === null) continue;
    const value = pattern === undefined ? header : pattern.exec(header)?.[1];
    if (value !== undefined) return { algorithm, value };
  }
  return undefined;
}
