/** The version of a package, ours or one that it needs. */
import { createRequire } from "node:module";

import { z } from "zod";

const require = createRequire(import.meta.url);

/** Our own `package.json`: `src/` and `dist/` are both in the package's folder. */
export const OWN_PACKAGE = "../../package.json";

/** `specifier`: of a `package.json`. */
export function readPackageVersion(specifier: string): string {
  return z.object({ version: z.string() }).parse(require(specifier)).version;
}
