/** Whatever the documentation names of ours is there: files, headings, commands, options and scripts. */
// Runs on Node alone: it compares pages with the code
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";

import { runCommand } from "../../../src/cli/program.ts";
import { anchorsOf, blocksOf, linksOf, type Page, readPages, ROOT } from "./pages.ts";

const pages = await readPages();

test("every link of the documentation leads to a file or a heading that is there", () => {
  const anchors = new Map(pages.map((page) => [page.file, anchorsOf(page)]));
  const broken = pages.flatMap((page) =>
    linksOf(page)
      .filter(({ path, anchor }) => !existsSync(join(ROOT, path)) || (anchor && !anchors.get(path)?.has(anchor)))
      .map(({ target }) => `${page.file}: ${target}`),
  );
  assert.deepEqual(broken, []);
});

test("README.md links to every page, and the pages link to every note", () => {
  const fromReadme = linkedFrom([pageOf("README.md")]);
  const fromPages = linkedFrom(pages.filter(({ file }) => !isNote(file)));
  const lost = pages
    .map(({ file }) => file)
    .filter((file) => file !== "README.md" && !(isNote(file) ? fromPages : fromReadme).has(file));
  assert.deepEqual(lost, []);
});

test("every path of the source that the documentation names is there", () => {
  const named = /(?<![\w./-])(?:src|dev|test|bench|docs|schema|examples|deploy)\/[\w./-]*\w/g;
  const missing = pages.flatMap((page) =>
    codeOf(page)
      .flatMap((code) => code.match(named) ?? [])
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${page.file}: ${path}`),
  );
  assert.deepEqual(missing, []);
});

test("every command of tailslate that the documentation names is there, with its options", async () => {
  const commands = (await helpOf()).match(/(?<=^ {2})[a-z][a-z-]*(?= )/gm) ?? [];
  const help = new Map(await Promise.all(commands.map(async (name) => [name, await helpOf(name)] as const)));
  const unknown = pages.flatMap((page) =>
    codeOf(page).flatMap((code) => {
      const [, command = "", rest = ""] =
        /(?:\btailslate|src\/cli\.ts) ([a-z][a-z-]*)(?![\w.])([^|>#]*)/.exec(code) ?? [];
      if (command === "") return [];
      const options = rest.match(/(?<=^|\s)--[a-z-]+/g) ?? [];
      const wrong = help.has(command) ? options.filter((option) => !help.get(command)?.includes(option)) : [command];
      return wrong.map((name) => `${page.file}: ${name} in "${code}"`);
    }),
  );
  assert.deepEqual(unknown, []);
  const described = new Set(codeOf(pageOf("docs/command.md")).map((code) => code.split(" ")[0]));
  assert.deepEqual(
    commands.filter((command) => command !== "help" && !described.has(command)),
    [],
  );
});

test("every script of npm's that the documentation names is there", async () => {
  const { scripts }: { scripts: object } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const unknown = pages.flatMap((page) =>
    codeOf(page)
      .flatMap((code) => [...code.matchAll(/npm run ([\w-]+)/g)])
      .filter(([, script = ""]) => !Object.hasOwn(scripts, script))
      .map(([named]) => `${page.file}: ${named}`),
  );
  assert.deepEqual(unknown, []);
});

function isNote(file: string): boolean {
  return file.startsWith("docs/notes/");
}

function linkedFrom(sources: Page[]): Set<string> {
  return new Set(sources.flatMap((page) => linksOf(page).map(({ path }) => path)));
}

function pageOf(file: string): Page {
  const page = pages.find((candidate) => candidate.file === file);
  assert.ok(page, file);
  return page;
}

/** Each line of the blocks, and each piece of code within a sentence. */
function codeOf(page: Page): string[] {
  const inline = [...page.text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return [...inline, ...blocksOf(page).flatMap(({ lines }) => lines)];
}

/** What `tailslate help` says, on a terminal that breaks no line. */
async function helpOf(...command: string[]): Promise<string> {
  let text = "";
  const screen = { write: (part: string) => (text += part), columns: 1000 };
  const { versions, stdin } = process;
  const surroundings = { env: {}, versions, stdin, uptime: () => process.uptime(), once: () => undefined };
  await runCommand(["help", ...command], { ...surroundings, stdout: screen, stderr: screen });
  return text;
}
