/**
 * The vendors that Agora uploads to and that speak S3, with their endpoints by Agora's `region`.
 *
 * Agora's numbers and names: https://docs.agora.io/en/cloud-recording/reference/region-vendor. Agora does not say how to
 * read a bucket, so the endpoints are the vendors' own. None was tried against a live service; every one of them can be
 * overridden with `endpoint` and `addressing`.
 */
import type { S3Settings } from "../s3/signer.ts";

export type Vendor = {
  name: string;
  /** The vendor's regions by Agora's number. Agora's own names are these in capitals with `_`, but for `aliases`. */
  regions: Record<number, string>;
  aliases?: ReadonlyMap<string, string>;
  /** Which region is signed when none is needed. */
  defaultRegion?: string;
  endpoint: ((region: string) => string) | undefined;
  addressing: S3Settings["addressing"];
  checksumMode: boolean;
};

const VENDORS: Record<number, Vendor> = {
  // https://docs.aws.amazon.com/general/latest/gr/s3.html
  1: {
    name: "s3",
    regions: numbered(
      "us-east-1 us-east-2 us-west-1 us-west-2 eu-west-1 eu-west-2 eu-west-3 eu-central-1 ap-southeast-1 ap-southeast-2 " +
        "ap-northeast-1 ap-northeast-2 sa-east-1 ca-central-1 ap-south-1 cn-north-1 cn-northwest-1 us-gov-west-1 af-south-1 " +
        "ap-east-1 ap-northeast-3 eu-north-1 me-south-1 us-gov-east-1 ap-southeast-3 eu-south-1 - - il-central-1",
    ),
    endpoint: (region) => `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`,
    addressing: "virtual",
    checksumMode: true,
  },
  // Virtual-host style only: https://help.aliyun.com/en/oss/developer-reference/use-aws-sdks-to-access-oss
  // 18, Agora's EU_East_1, is no region of Alibaba's. 26 and 27, Agora's CN_Northeast_2 and CN_Southeast_7, are taken for
  // Seoul and Bangkok, which bear these numbers.
  2: {
    name: "oss",
    regions: numbered(
      "cn-hangzhou cn-shanghai cn-qingdao cn-beijing cn-zhangjiakou cn-huhehaote cn-shenzhen cn-hongkong us-west-1 us-east-1 " +
        "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-northeast-1 ap-south-1 eu-central-1 eu-west-1 - " +
        "ap-southeast-6 cn-heyuan cn-guangzhou cn-chengdu cn-nanjing cn-fuzhou cn-wulanchabu ap-northeast-2 ap-southeast-7",
    ),
    aliases: new Map([
      ["cn-northeast-2", "ap-northeast-2"],
      ["cn-southeast-7", "ap-southeast-7"],
    ]),
    endpoint: (region) => `https://s3.oss-${region}.aliyuncs.com`,
    addressing: "virtual",
    checksumMode: false,
  },
  // https://www.tencentcloud.com/document/product/436/32537
  3: {
    name: "cos",
    regions: numbered(
      "ap-beijing-1 ap-beijing ap-shanghai ap-guangzhou ap-chengdu ap-chongqing ap-shenzhen-fsi ap-shanghai-fsi " +
        "ap-beijing-fsi ap-hongkong ap-singapore ap-mumbai ap-seoul ap-bangkok ap-tokyo na-siliconvalley na-ashburn " +
        "na-toronto eu-frankfurt eu-moscow",
    ),
    endpoint: (region) => `https://cos.${region}.myqcloud.com`,
    addressing: "virtual",
    checksumMode: false,
  },
  // With HMAC keys: https://cloud.google.com/storage/docs/interoperability
  6: {
    name: "gcs",
    regions: { 0: "auto" },
    defaultRegion: "auto",
    endpoint: () => "https://storage.googleapis.com",
    addressing: "path",
    checksumMode: false,
  },
  // https://developer.huaweicloud.com/intl/en-us/endpoint?OBS
  7: {
    name: "obs",
    regions: numbered(
      "cn-north-1 cn-north-4 cn-east-2 cn-east-3 cn-south-1 cn-southwest-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 " +
        "af-south-1 sa-argentina-1 sa-peru-1 na-mexico-1 sa-brazil-1 la-south-2 sa-chile-1",
    ),
    endpoint: (region) => `https://obs.${region}.myhuaweicloud.com`,
    addressing: "virtual",
    checksumMode: false,
  },
  // https://cloud.baidu.com/doc/BOS/s/xjwvyq9l4 says that Hongkong and Wuhan speak plain HTTP only: these need `endpoint`
  // and `allowHttp`. Singapore and Shanghai are not on that page.
  8: {
    name: "bos",
    regions: numbered("- bd su gz hkg sin fwh fsh"),
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
    checksumMode: false,
  },
  11: {
    name: "s3-compatible",
    regions: { 0: "us-east-1" },
    defaultRegion: "us-east-1",
    endpoint: undefined,
    addressing: "path",
    checksumMode: true,
  },
};

const REFUSED = new Map([
  ["0", "is Qiniu Cloud, which Agora no longer offers and which has no table of endpoints here"],
  ["4", "is Kingsoft Cloud, which Agora no longer offers"],
]);

/** The vendor by Agora's number or by name. */
export function findVendor(asked: string): Vendor | undefined {
  const byNumber = /^\d+$/.test(asked) ? VENDORS[Number(asked)] : undefined;
  return byNumber ?? Object.values(VENDORS).find(({ name }) => name === asked.toLowerCase());
}

/** Why there is no such vendor. */
export function vendorMistake(asked: string): string {
  const known = Object.entries({ ...VENDORS, 5: { name: "azure" } }).map(([number, { name }]) => `${number} (${name})`);
  return REFUSED.get(asked) ?? `must be one of ${known.join(", ")}`;
}

function numbered(regions: string): Record<number, string> {
  const pairs = regions.split(" ").map((region, number) => [number, region] as const);
  return Object.fromEntries(pairs.filter(([, region]) => region !== "-"));
}
