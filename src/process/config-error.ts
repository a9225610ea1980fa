/** Everything that is wrong with a configuration, in one message. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
