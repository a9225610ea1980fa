/** A parser of what others wrote, and what must hold of its answer for any bytes whatever. */
export type Target = {
  name: string;
  /** Good ones, which are changed. */
  seeds: Uint8Array[];
  /** What the parser looks for. */
  words: string[];
  /** Once found to break it, and tried first. */
  found?: string[];
  /** Throws when something does not hold. */
  check(bytes: Uint8Array): void | Promise<void>;
};

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** `undefined` for what is no JSON: that far the platform's own parser is trusted. */
export function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(text(bytes));
  } catch {
    return undefined;
  }
}
