/** What was expected of a file, without its name, which is long and beside it already; empty where it is the name alone. */
export function omitName(expected: string, key: string): string {
  const name = key.slice(key.lastIndexOf("/") + 1);
  return expected === name ? "" : expected.replace(name, "…");
}
