/**
 * What a write says besides its bytes: how the store encrypts and locks the object.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
import { createHash } from "node:crypto";

import type { WriteOptions } from "../bucket.ts";
import type { S3Settings, ServerSideEncryption } from "./signer.ts";

const DAY_MS = 86_400_000;

type Facts = Pick<S3Settings, "quirks" | "serverSideEncryption" | "objectLock">;

/** Creates the headers of a write. */
export function createWriteHeaders({ quirks, serverSideEncryption, objectLock }: Facts) {
  return (bytes: Uint8Array, { lock }: Pick<WriteOptions, "lock">): Record<string, string> => ({
    ...(serverSideEncryption !== undefined && encryptionHeaders(serverSideEncryption)),
    ...(objectLock !== undefined &&
      lock === true && {
        "x-amz-object-lock-mode": objectLock.mode,
        "x-amz-object-lock-retain-until-date": new Date(Date.now() + objectLock.days * DAY_MS).toISOString(),
      }),
    ...(quirks?.checksSha256 === true && {
      "x-amz-checksum-sha256": createHash("sha256").update(bytes).digest("base64"),
    }),
  });
}

function encryptionHeaders(encryption: ServerSideEncryption): Record<string, string> {
  if (encryption === "AES256") return { "x-amz-server-side-encryption": "AES256" };
  return {
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-server-side-encryption-aws-kms-key-id": encryption.kmsKeyId,
  };
}
