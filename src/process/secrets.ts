/** Reads the secrets that a configuration names, and says when a file of them has changed. No value enters a message. */
import { readFileSync } from "node:fs";

export type Environment = Record<string, string | undefined>;

export type SecretReader = {
  /** Reads what `env:NAME` or `file:PATH` names, without the white space at its ends. */
  read(reference: string): { value: string } | { mistake: string };
  /** Whether any secret was read from a file. */
  hasFiles(): boolean;
  /** Whether a file that was read has other contents now. */
  hasChanged(): boolean;
};

export function createSecretReader(env: Environment): SecretReader {
  const files = new Map<string, string | undefined>();
  return {
    read(reference) {
      const [, scheme, where] = /^(env|file):(.+)$/s.exec(reference) ?? [];
      if (where === undefined) {
        return { mistake: "must be env:NAME or file:PATH: a literal secret does not belong into a configuration" };
      }
      if (scheme === "env") {
        const value = env[where];
        return value ? { value } : { mistake: `names the environment variable ${where}, which is not set` };
      }
      const text = readText(where);
      files.set(where, text);
      if (text === undefined) return { mistake: "names a file that cannot be read" };
      return text.trim() === "" ? { mistake: "names a file that is empty" } : { value: text.trim() };
    },
    hasFiles: () => files.size > 0,
    hasChanged: () => [...files].some(([path, text]) => readText(path) !== text),
  };
}

/** A file's text, or `undefined` when it cannot be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
