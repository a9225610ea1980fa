/** Which modules a file loads: its imports, followed. Type-only imports load nothing, and dynamic ones wait for their call. */
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);
const IMPORT = /^(?:import|export)(?! type\b)(?:[^;"']*? from)? "([^"]+)";$/gm;

/** Every module that a file of the repository loads, with the imports that lead to it. Packages have their bare names. */
export async function modulesLoadedBy(file: string): Promise<Map<string, string[]>> {
  const chains = new Map<string, string[]>([[file, [file]]]);
  for (const [module, chain] of chains) {
    if (!/^(src|test|dev|bench)\//.test(module)) continue;
    const url = new URL(module, ROOT);
    for (const [, specifier = ""] of (await readFile(url, "utf8")).matchAll(IMPORT)) {
      const next = specifier.startsWith(".") ? pathOf(new URL(specifier, url)) : specifier;
      if (!chains.has(next)) chains.set(next, [...chain, next]);
    }
  }
  return chains;
}

/** The TypeScript files of a folder and of the folders in it. */
export async function sourceFiles(folder: string): Promise<string[]> {
  const names = await readdir(new URL(folder, ROOT), { recursive: true });
  return names.filter((name) => name.endsWith(".ts")).map((name) => `${folder}/${name}`);
}

function pathOf(url: URL): string {
  return fileURLToPath(url).slice(fileURLToPath(ROOT).length);
}
