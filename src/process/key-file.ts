/**
 * Temporary keys in one JSON file, as a job writes them that renews them: in the form of AWS's `credential_process`, of the
 * output of `aws sts`, or of Alibaba's STS.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 * https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
 */
import { z } from "zod";

export type TemporaryKeys = {
  accessKey: string;
  secretKey: string;
  sessionToken: string | undefined;
  /** When they end, in milliseconds; `undefined` where the file does not say it. */
  endsAtMs: number | undefined;
};

const text = z.string().min(1);
const Keys = z.object({
  AccessKeyId: text,
  SecretAccessKey: text.optional(),
  AccessKeySecret: text.optional(),
  SessionToken: text.optional(),
  SecurityToken: text.optional(),
  Expiration: z.iso.datetime({ offset: true }).optional(),
});

/** Reads the keys, or gives `undefined` for a file of another form. */
export function parseKeyFile(json: string): TemporaryKeys | undefined {
  const parsed = z
    .union([z.object({ Credentials: Keys }).transform((it) => it.Credentials), Keys])
    .safeParse(parseJson(json));
  if (!parsed.success) return undefined;
  const { AccessKeyId, SecretAccessKey, AccessKeySecret, SessionToken, SecurityToken, Expiration } = parsed.data;
  const secretKey = SecretAccessKey ?? AccessKeySecret;
  if (secretKey === undefined) return undefined;
  return {
    accessKey: AccessKeyId,
    secretKey,
    sessionToken: SessionToken ?? SecurityToken,
    endsAtMs: Expiration === undefined ? undefined : Date.parse(Expiration),
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // the parser's message would quote the file
  }
}
