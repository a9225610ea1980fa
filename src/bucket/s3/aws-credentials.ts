/**
 * The AWS default chain: environment, SSO, profiles, web identity (IRSA), container and instance metadata. Amazon's own
 * package, an optional dependency.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
import type { Keys } from "./signer.ts";

/** Whether the package is installed. */
export function hasAwsCredentials(): boolean {
  try {
    import.meta.resolve("@aws-sdk/credential-providers");
    return true;
  } catch {
    return false;
  }
}

/** Creates a function that fetches the keys. The chain caches them and fetches new ones before they expire. */
export function awsCredentials(): () => Promise<Keys> {
  let chain: ReturnType<typeof loadChain> | undefined;
  return async () => {
    const fetchKeys = await (chain ??= loadChain());
    const { accessKeyId, secretAccessKey, sessionToken } = await fetchKeys();
    return { accessKey: accessKeyId, secretKey: secretAccessKey, sessionToken };
  };
}

async function loadChain() {
  const { fromNodeProviderChain } = await import("@aws-sdk/credential-providers");
  return fromNodeProviderChain();
}
