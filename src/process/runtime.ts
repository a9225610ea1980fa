/** The name of the JavaScript runtime, and whether Tailslate supports it. */

/** `process.versions`: Bun and Deno add their own version to that of Node, which they imitate. */
type Versions = { node?: string | undefined; bun?: string | undefined; deno?: string | undefined };

const MINIMUM = { Bun: [1, 4], Deno: [2, 9], Node: [22, 19] } as const;

/** The runtime's name and version, for people: `Node 24.21.0`. */
export function runtimeName(versions: Versions): string {
  const { name, version } = identifyRuntime(versions);
  return `${name} ${version}`;
}

/** Why this runtime is not supported, in one line; `undefined` when it is. */
export function unsupportedRuntime(versions: Versions): string | undefined {
  const { name, version } = identifyRuntime(versions);
  const [oldestMajor, oldestMinor] = MINIMUM[name];
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Cannot run on ${name} ${version}: ${name} ${oldestMajor}.${oldestMinor} or later is needed`;
}

function identifyRuntime({ node, bun, deno }: Versions): { name: keyof typeof MINIMUM; version: string } {
  if (bun !== undefined) return { name: "Bun", version: bun };
  if (deno !== undefined) return { name: "Deno", version: deno };
  return { name: "Node", version: node ?? "0" };
}
