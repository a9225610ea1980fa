import { createHmac, timingSafeEqual } from "node:crypto";

const DIGEST = /^[0-9a-f]{64}$/i;

/**
 * Whether `Agora-Signature-V2` is the HMAC-SHA256 of the body as received: a body that was parsed and serialized again has
 * other bytes. The header `Agora-Signature`, its SHA-1 form, is ignored.
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
