/** Folders are small, and AGENTS.md leads to each of them. */
// Runs on Node alone: it reads the tree
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const MAX_FILES = 15;
/** Recorded data. */
const DATA = /^(src\/emulator\/media|test\/fixtures|test\/histories)\//;
/** `    src/room/   what it holds; inner/ what that holds` */
const ROW = /^ {4}([\w/-]+\/) +(.+)$/gm;

const map = new Map(
  [...(await readFile(new URL("AGENTS.md", ROOT), "utf8")).matchAll(ROW)].map(([, folder = "", text = ""]) => [
    folder,
    text,
  ]),
);
const folders = new Map<string, string[]>();
for (const top of ["src/", "test/", "dev/", "bench/"]) {
  for (const { parentPath, name } of await filesBelow(top))
    folders.set(parentPath, [...(folders.get(parentPath) ?? []), name]);
}

test("no folder holds more than 15 files directly", () => {
  const large = [...folders].filter(([folder, names]) => !DATA.test(folder) && names.length > MAX_FILES);
  assert.deepEqual(large, []);
});

test("AGENTS.md leads to every folder, and names only what is there", () => {
  assert.deepEqual(
    [...folders.keys()].filter((folder) => !isMapped(folder)),
    [],
  );
  for (const [folder, text] of map) {
    const there = [...folders].filter(([name]) => name.startsWith(folder)).flatMap(([, names]) => names);
    const named = [...text.matchAll(/[\w-]+\.ts\b/g)].map(([name]) => name);
    assert.notEqual(there.length, 0, folder);
    assert.deepEqual(
      named.filter((name) => !there.includes(name)),
      [],
      folder,
    );
  }
});

/** By a line of its own, as the test's mirror of a source folder, or in the line of the folder above. */
function isMapped(folder: string): boolean {
  if (map.has(folder)) return true;
  if (folder.startsWith("test/") && folders.has(folder.replace("test/", "src/"))) return true;
  const [, above = "", inner = ""] = /^(.*\/)([^/]+\/)$/.exec(folder) ?? [];
  return (
    map
      .get(above)
      ?.split(/[\s;,]+/)
      .includes(inner) ?? false
  );
}

async function filesBelow(top: string): Promise<{ parentPath: string; name: string }[]> {
  const entries = await readdir(new URL(top, ROOT), { recursive: true, withFileTypes: true });
  const start = new URL(ROOT).pathname.length;
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => ({ parentPath: `${parentPath.replace(/\/$/, "").slice(start)}/`, name }));
}
