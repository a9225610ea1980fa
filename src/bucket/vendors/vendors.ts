/**
 * Everything that differs between the vendors that Agora uploads to, one row a vendor.
 *
 * Agora's numbers and names: https://docs.agora.io/en/cloud-recording/reference/region-vendor. Agora does not say how to
 * read a bucket, so the endpoints are the vendors' own. None was tried against a live service; every one of them can be
 * overridden with `endpoint` and `addressing`.
 */
import type { StoredChecksum } from "../bucket.ts";
import type { S3Quirks } from "../s3/signer.ts";

type CommonFacts = {
  /** Agora's number for the vendor. */
  number: number;
  name: string;
  /** Response headers with the checksum that the vendor keeps of an object, the preferred one first. */
  checksumHeaders?: readonly ChecksumHeader[];
  /** Response header with the version of an object. */
  versionHeader?: string;
};

/** The value is base64, for CRC-64/ECMA decimal. */
export type ChecksumHeader = {
  name: string;
  algorithm: StoredChecksum["algorithm"];
  /** Its first group is the checksum. Default: the whole value. */
  pattern?: RegExp;
  /** Beside this header the checksum is not one of the object's bytes. */
  exceptBeside?: { name: string; value: string };
};

export type S3Vendor = CommonFacts & {
  protocol: "s3";
  /** The vendor's regions by Agora's number. Agora's own names are these in capitals with `_`, but for `aliases`. */
  regions: Record<number, string>;
  aliases?: ReadonlyMap<string, string>;
  /** The region to sign when the settings name none. */
  defaultRegion?: string;
  /** Default: the settings must name the endpoint. */
  endpoint?: (region: string) => string;
  addressing: "path" | "virtual";
  /** Whether its own hosts take the bucket in the path, too. Default: yes. */
  pathStyle?: boolean;
  /** Whether a region has no effect. Default: no. */
  ignoresRegion?: boolean;
  /** Hosts that determine the region: their first group is it, unless `region` names it. */
  hosts?: readonly { pattern: RegExp; region?: string }[];
  /** Whether the store understands `x-amz-checksum-mode`. Default: no. */
  checksumMode?: boolean;
  quirks?: S3Quirks;
};

export type AzureVendor = CommonFacts & {
  protocol: "azure";
  endpoint: (account: string) => string;
};

export type Vendor = S3Vendor | AzureVendor;

/** Stores of vendor 11 that sign another region than `us-east-1` and name it in their hosts. */
const S3_HOSTS: NonNullable<S3Vendor["hosts"]> = [
  // https://developers.cloudflare.com/r2/api/s3/api/
  { pattern: /\.r2\.cloudflarestorage\.com$/, region: "auto" },
  // https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api
  { pattern: /^s3\.([a-z0-9-]+)\.backblazeb2\.com$/ },
  // https://docs.wasabi.com/docs/what-are-the-service-urls-for-wasabis-different-storage-regions
  { pattern: /^s3\.([a-z0-9-]+)\.wasabisys\.com$/ },
  // https://developer.qiniu.com/kodo/4088/s3-access-domainname
  { pattern: /^s3[.-]([a-z0-9-]+)\.qiniucs\.com$/ },
];

/** Of several vendors' checksum headers in one answer the uppermost row's counts. */
const VENDORS: readonly Vendor[] = [
  {
    number: 1,
    name: "s3",
    protocol: "s3",
    // https://docs.aws.amazon.com/general/latest/gr/s3.html
    regions: byNumber(
      "us-east-1 us-east-2 us-west-1 us-west-2 eu-west-1 eu-west-2 eu-west-3 eu-central-1 ap-southeast-1 ap-southeast-2 " +
        "ap-northeast-1 ap-northeast-2 sa-east-1 ca-central-1 ap-south-1 cn-north-1 cn-northwest-1 us-gov-west-1 af-south-1 " +
        "ap-east-1 ap-northeast-3 eu-north-1 me-south-1 us-gov-east-1 ap-southeast-3 eu-south-1 - - il-central-1",
    ),
    endpoint: (region) => `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`,
    addressing: "virtual",
    checksumMode: true,
    // In a bucket with Object Lock a write needs a digest: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    quirks: { checksSha256: true },
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/RetrievingObjectVersions.html
    versionHeader: "x-amz-version-id",
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
    // A composite checksum is made of those of the parts, and has their number after a hyphen: the bytes alone do not give it.
    checksumHeaders: (["crc64nvme", "sha256", "crc32c", "crc32", "sha1"] as const).map((algorithm) => ({
      name: `x-amz-checksum-${algorithm}`,
      algorithm,
      pattern: /^([^-]*)$/,
      exceptBeside: { name: "x-amz-checksum-type", value: "COMPOSITE" },
    })),
  },
  {
    number: 2,
    name: "oss",
    protocol: "s3",
    // 18, Agora's EU_East_1, is no region of Alibaba's. 26 and 27, Agora's CN_Northeast_2 and CN_Southeast_7, are taken for
    // Seoul and Bangkok, which bear these numbers.
    regions: byNumber(
      "cn-hangzhou cn-shanghai cn-qingdao cn-beijing cn-zhangjiakou cn-huhehaote cn-shenzhen cn-hongkong us-west-1 us-east-1 " +
        "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-northeast-1 ap-south-1 eu-central-1 eu-west-1 - " +
        "ap-southeast-6 cn-heyuan cn-guangzhou cn-chengdu cn-nanjing cn-fuzhou cn-wulanchabu ap-northeast-2 ap-southeast-7",
    ),
    aliases: new Map([
      ["cn-northeast-2", "ap-northeast-2"],
      ["cn-southeast-7", "ap-southeast-7"],
    ]),
    endpoint: (region) => `https://s3.oss-${region}.aliyuncs.com`,
    // Virtual-host style only: https://help.aliyun.com/en/oss/developer-reference/use-aws-sdks-to-access-oss
    addressing: "virtual",
    pathStyle: false,
    // https://www.alibabacloud.com/help/en/oss/developer-reference/headobject
    checksumHeaders: [{ name: "x-oss-hash-crc64ecma", algorithm: "crc64ecma" }],
  },
  {
    number: 3,
    name: "cos",
    protocol: "s3",
    // https://www.tencentcloud.com/document/product/436/32537
    regions: byNumber(
      "ap-beijing-1 ap-beijing ap-shanghai ap-guangzhou ap-chengdu ap-chongqing ap-shenzhen-fsi ap-shanghai-fsi " +
        "ap-beijing-fsi ap-hongkong ap-singapore ap-mumbai ap-seoul ap-bangkok ap-tokyo na-siliconvalley na-ashburn " +
        "na-toronto eu-frankfurt eu-moscow",
    ),
    endpoint: (region) => `https://cos.${region}.myqcloud.com`,
    addressing: "virtual",
    // https://www.tencentcloud.com/document/product/436/7745
    checksumHeaders: [{ name: "x-cos-hash-crc64ecma", algorithm: "crc64ecma" }],
  },
  {
    number: 6,
    name: "gcs",
    protocol: "s3",
    regions: { 0: "auto" },
    defaultRegion: "auto",
    ignoresRegion: true,
    // With HMAC keys: https://cloud.google.com/storage/docs/interoperability
    endpoint: () => "https://storage.googleapis.com",
    addressing: "path",
    // https://cloud.google.com/storage/docs/xml-api/reference-headers#xgooghash
    checksumHeaders: [
      { name: "x-goog-hash", algorithm: "md5", pattern: /(?:^|[ ,])md5=([A-Za-z0-9+/=]+)/ },
      { name: "x-goog-hash", algorithm: "crc32c", pattern: /(?:^|[ ,])crc32c=([A-Za-z0-9+/=]+)/ },
    ],
  },
  {
    number: 7,
    name: "obs",
    protocol: "s3",
    // https://developer.huaweicloud.com/intl/en-us/endpoint?OBS
    regions: byNumber(
      "cn-north-1 cn-north-4 cn-east-2 cn-east-3 cn-south-1 cn-southwest-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 " +
        "af-south-1 sa-argentina-1 sa-peru-1 na-mexico-1 sa-brazil-1 la-south-2 sa-chile-1",
    ),
    endpoint: (region) => `https://obs.${region}.myhuaweicloud.com`,
    addressing: "virtual",
    // https://github.com/minio/minio-go/issues/1703: the second version of a listing gives the first thousand objects again.
    // https://github.com/rclone/rclone/blob/v1.71.0/backend/s3/s3.go, setQuirks: nor does a marker lead on when keys are asked for URL-encoded.
    quirks: { listsByMarker: true, listsPlainKeys: true },
  },
  {
    number: 8,
    name: "bos",
    protocol: "s3",
    // https://cloud.baidu.com/doc/BOS/s/xjwvyq9l4 says that Hongkong and Wuhan speak plain HTTP only: these need `endpoint`
    // and `allowHttp`. Singapore and Shanghai are not on that page.
    regions: byNumber("- bd su gz hkg sin fwh fsh"),
    aliases: new Map([
      ["baoding", "bd"],
      ["suzhou", "su"],
      ["guangzhou", "gz"],
      ["hongkong", "hkg"],
      ["singapore", "sin"],
      ["wuhan", "fwh"],
      ["shanghai", "fsh"],
    ]),
    endpoint: (region) => `https://s3.${region}.bcebos.com`,
    addressing: "virtual",
  },
  {
    number: 11,
    name: "s3-compatible",
    protocol: "s3",
    regions: { 0: "us-east-1" },
    defaultRegion: "us-east-1",
    addressing: "path",
    hosts: S3_HOSTS,
    checksumMode: true,
  },
  {
    number: 5,
    name: "azure",
    protocol: "azure",
    endpoint: (account) => `https://${account}.blob.core.windows.net`,
    // https://learn.microsoft.com/en-us/rest/api/storageservices/get-blob-properties
    checksumHeaders: [{ name: "content-md5", algorithm: "md5" }],
    versionHeader: "x-ms-version-id",
  },
];

const REFUSED = new Map([
  ["0", "is Qiniu Cloud, which Agora no longer offers: give vendor 11 and the endpoint of its S3 protocol"],
  ["4", "is Kingsoft Cloud, which Agora no longer offers: give vendor 11 and the endpoint of its S3 protocol"],
]);

/** All vendors' checksum headers: the vendor behind an endpoint of the user's own is not known. */
export const CHECKSUM_HEADERS: readonly ChecksumHeader[] = VENDORS.flatMap(
  ({ checksumHeaders = [] }) => checksumHeaders,
);

/** All vendors' headers with an object's version. */
export const VERSION_HEADERS: readonly string[] = VENDORS.flatMap(({ versionHeader }) => versionHeader ?? []);

/** Finds a vendor by Agora's number or by name. */
export function findVendor(wanted: string): Vendor | undefined {
  const number = /^\d+$/.test(wanted) ? Number(wanted) : undefined;
  return VENDORS.find((vendor) => vendor.number === number || vendor.name === wanted.toLowerCase());
}

/** Why there is no such vendor. */
export function vendorMistake(wanted: string): string {
  const sorted = VENDORS.toSorted((a, b) => a.number - b.number);
  const known = sorted.map(({ number, name }) => `${number} (${name})`);
  return REFUSED.get(wanted) ?? `must be one of ${known.join(", ")}`;
}

/** Numbers regions from 0; a hyphen skips a number. */
function byNumber(regions: string): Record<number, string> {
  const pairs = regions.split(" ").map((region, number) => [number, region] as const);
  return Object.fromEntries(pairs.filter(([, region]) => region !== "-"));
}
