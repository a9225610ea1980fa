import { createHmac, timingSafeEqual } from "node:crypto";

const DIGEST = /^[0-9a-f]{64}$/i;

/**
 * Whether `Agora-Signature-V2` is the HMAC-SHA256 of the body as it came: a body that was parsed and written again has
 * other bytes. The header `Agora-Signature`, the same in SHA-1, is not looked at.
 * AgoraIO/Docs-Source, shared/notification-center-service/signature-verification.mdx
 */
export function isSigned(
  body: Uint8Array,
  { signature, secret }: { signature: string | null; secret: string },
): boolean {
  if (signature === null || !DIGEST.test(signature)) return false;
  const digest = createHmac("sha256", secret).update(body).digest();
  return timingSafeEqual(Buffer.from(signature, "hex"), digest);
}
