/** What the headers of an answer tell of an object. */
import type { ObjectHead, StoredChecksum } from "../bucket.ts";

type HeaderSource = { get(name: string): string | null };

/** The object's metadata, or `undefined` where the headers lack any of it. */
export function parseObjectHead(key: string, headers: HeaderSource): ObjectHead | undefined {
  const etag = headers.get("etag");
  const modified = Date.parse(headers.get("last-modified") ?? "");
  const range = headers.get("content-range");
  const size = range === null ? headers.get("content-length") : /^bytes \d+-\d+\/(\d+)$/.exec(range)?.[1];
  if (etag === null || Number.isNaN(modified) || !/^\d{1,15}$/.test(size ?? "")) return undefined;

  // A checksum beside a part may be that of the part: only Alibaba's is documented to be the whole object's.
  const checksum = range === null ? storedChecksum(headers) : undefined;
  return {
    key,
    sizeBytes: Number(size),
    etag: etag.replaceAll('"', ""),
    lastModified: new Date(modified).toISOString(),
    ...(checksum && { checksum }),
  };
}

const AMAZON = ["crc64nvme", "sha256", "crc32c", "crc32", "sha1"] as const;

/**
 * The checksum as the vendor writes it: base64 for Amazon, Google and Azure, decimal for CRC-64/ECMA.
 *
 * Amazon: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 * Alibaba: https://www.alibabacloud.com/help/en/oss/developer-reference/headobject
 * Tencent: https://www.tencentcloud.com/document/product/436/7745
 * Google: https://cloud.google.com/storage/docs/xml-api/reference-headers#xgooghash
 * Azure: https://learn.microsoft.com/en-us/rest/api/storageservices/get-blob-properties
 */
function storedChecksum(headers: HeaderSource): StoredChecksum | undefined {
  // A composite checksum is made of those of the parts: nobody can compute it from the bytes alone.
  if (headers.get("x-amz-checksum-type") !== "COMPOSITE") {
    for (const algorithm of AMAZON) {
      const value = headers.get(`x-amz-checksum-${algorithm}`);
      if (value !== null && !value.includes("-")) return { algorithm, value };
    }
  }
  const ecma = headers.get("x-oss-hash-crc64ecma") ?? headers.get("x-cos-hash-crc64ecma");
  if (ecma !== null) return { algorithm: "crc64ecma", value: ecma };

  const google = headers.get("x-goog-hash") ?? "";
  for (const algorithm of ["md5", "crc32c"] as const) {
    const value = new RegExp(`(?:^|[ ,])${algorithm}=([A-Za-z0-9+/=]+)`).exec(google)?.[1];
    if (value !== undefined) return { algorithm, value };
  }
  const md5 = headers.get("content-md5");
  return md5 === null ? undefined : { algorithm: "md5", value: md5 };
}
