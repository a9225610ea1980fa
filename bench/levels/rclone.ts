/** rclone on the same store, if the environment's `RCLONE` names its path. */
import { execFile } from "node:child_process";
import process from "node:process";
import { promisify } from "node:util";

import type { S3Gateway } from "../../dev/servers/s3-gateway.ts";

const MAX_OUTPUT_BYTES = 2 ** 30;

/** With its own defaults, but without requests beyond the listing; a worker reads eight files at once, rclone four. */
const COMMANDS = {
  "rclone lsjson": ["lsjson", "--use-server-modtime"],
  "rclone hashsum --download": ["hashsum", "sha256", "--download"],
  "rclone hashsum --download --transfers 8": ["hashsum", "sha256", "--download", "--transfers", "8"],
};

/** What lists and reads everything below a prefix of a bucket, by what it is called. */
export function rcloneRuns(gateway: S3Gateway, folder: string): Map<string, () => Promise<void>> {
  const rclone = process.env["RCLONE"];
  if (rclone === undefined) return new Map();
  const { endpoint, region, accessKey, secretKey } = gateway;
  const remote = `:s3,provider=Other,endpoint="${endpoint}",region=${region}:${folder}`;
  const keys = { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey };
  const env = { ...process.env, ...keys, RCLONE_S3_ENV_AUTH: "true", RCLONE_CONFIG: "" };
  const runs = Object.entries(COMMANDS).map(([name, args]) => {
    const run = async () => {
      const { stdout } = await promisify(execFile)(rclone, [...args, remote], { env, maxBuffer: MAX_OUTPUT_BYTES });
      if (stdout.length === 0) throw new Error(`Cannot compare with ${name}: it found nothing`);
    };
    return [name, run] as const;
  });
  return new Map(runs);
}
