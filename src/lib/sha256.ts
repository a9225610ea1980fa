import { createHash } from "node:crypto";

/** SHA-256 in lower-case hex, the form of every digest that we write and of S3's signatures. */
export function sha256Hex(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
