/** What the workflow bundle is made of: its bytes by the package that they come from, read off its own source map. */
import { SourceMap } from "node:module";

export type BundlePart = { from: string; kib: number };

const MAP = /\n\/\/# sourceMappingURL=data:application\/json;[^,]*base64,([\w+/=]+)\s*$/;
const KIB = 1024;

/** `code`: all that is run; `map`: the source map behind it, which the SDK shows stack traces with. */
export function bundleParts(bundle: string): { code: number; map: number; parts: BundlePart[] } {
  const [comment = "", encoded = ""] = MAP.exec(bundle) ?? [];
  const code = bundle.slice(0, bundle.length - comment.length);
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, "base64").toString()));
  const bytes = new Map<string, number>();
  for (const [line, text] of code.split("\n").entries()) {
    const entry = map.findEntry(line, Math.max(0, text.length - 1));
    const from = "originalSource" in entry ? origin(entry.originalSource) : "webpack";
    bytes.set(from, (bytes.get(from) ?? 0) + Buffer.byteLength(text) + 1);
  }
  const parts = [...bytes].map(([from, size]) => ({ from, kib: size / KIB })).toSorted((a, b) => b.kib - a.kib);
  return { code: Buffer.byteLength(code) / KIB, map: Buffer.byteLength(comment) / KIB, parts };
}

/** A package, or ours. Webpack's own lines have no source. */
function origin(source = ""): string {
  const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source) ?? [];
  if (name !== undefined) return name;
  return source.includes("/src/") ? "tailslate" : "webpack";
}
