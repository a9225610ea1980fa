/** Rules for the addresses in a configuration. */

/** Loopback by its addresses and names (RFC 6761 §6.3), as `URL.hostname` writes them. */
const LOOPBACK = /^(127(\.\d+){3}|\[::1\]|([^.]+\.)*localhost)$/;
const HTTPS_ONLY = "must be https: plain HTTP is for loopback only";

/** Why credentials must not be sent to an address, or `undefined` when they may. `allowHttp` is missing where it is no setting. */
export function addressMistake(address: URL | string, allowHttp?: boolean): string | undefined {
  const url = URL.parse(String(address));
  if (url === null || !/^https?:$/.test(url.protocol)) return "must be an http or https address";
  if (url.username + url.password + url.search + url.hash !== "") {
    return "must be an address without credentials, query and fragment";
  }
  if (url.protocol === "https:" || allowHttp === true || LOOPBACK.test(url.hostname)) return undefined;
  return allowHttp === undefined ? HTTPS_ONLY : `${HTTPS_ONLY}, unless allowHttp is true`;
}

/** The address as written, or with `https://` where it has no scheme, as in Agora's own examples. */
export function completeAddress(address: URL | string): string {
  const text = String(address).trim();
  return /^(?:https?:|[a-z][a-z0-9+.-]*:\/\/)/i.test(text) ? text : `https://${text}`;
}

/** Whether the host is an IP address, which has no names below it. */
export function isAddressLiteral({ hostname }: URL): boolean {
  return hostname.startsWith("[") || /^\d+(\.\d+){3}$/.test(hostname);
}
