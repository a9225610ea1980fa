import { TailslateError } from "../lib/tailslate-error.ts";

/** A configuration that cannot be used. The message names every mistake. */
export class ConfigError extends TailslateError {
  override readonly name = "ConfigError";
}
