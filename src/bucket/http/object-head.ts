/** Reads an object's metadata from the headers of a response. */
import type { ObjectHead, StoredChecksum } from "../bucket.ts";
import { CHECKSUM_HEADERS, VERSION_HEADERS } from "../vendors/vendors.ts";
import { parseEtag, parseStoreTime } from "./formats.ts";

type HeaderSource = { get(name: string): string | null };

/**
 * The object's metadata, or `undefined` where the headers lack its length or time. `listedBytes` is the length where an answer
 * names none.
 */
export function parseObjectHead(key: string, headers: HeaderSource, listedBytes?: number): ObjectHead | undefined {
  const modified = parseStoreTime(headers.get("last-modified") ?? "");
  const isPart = headers.get("content-range") !== null;
  const sizeBytes = parseSize(headers) ?? (isPart ? undefined : listedBytes);
  if (modified === undefined || sizeBytes === undefined) return undefined;

  // A checksum beside a part may be that of the part: only Alibaba's is documented to be the whole object's.
  const checksum = isPart ? undefined : parseChecksum(headers);
  return {
    key,
    sizeBytes,
    etag: parseEtag(headers.get("etag") ?? ""),
    lastModified: modified,
    ...(checksum && { checksum }),
    ...parseVersion(headers),
  };
}

/** The size of the whole object, also beside a part of it. */
function parseSize(headers: HeaderSource): number | undefined {
  const range = headers.get("content-range");
  const size = range === null ? headers.get("content-length") : /^bytes \d+-\d+\/(\d+)$/.exec(range)?.[1];
  return size !== undefined && size !== null && /^\d{1,15}$/.test(size) ? Number(size) : undefined;
}

/** In a bucket that kept no versions yet the version is called `null`. */
function parseVersion(headers: HeaderSource): { versionId?: string } {
  const versionId = VERSION_HEADERS.map((name) => headers.get(name)).find((id) => id !== null && id !== "null");
  return versionId === undefined || versionId === null ? {} : { versionId };
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
