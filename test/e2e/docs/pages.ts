/** What the documentation shows: its pages, their code, the commands in them, and what they link to. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export type Page = {
  /** From the root: `docs/levels.md`. */
  file: string;
  text: string;
};

export type Block = { language: string; line: number; lines: string[] };

export type ShellCommand = {
  /** `docs/levels.md:12`, for people. */
  at: string;
  /** With its continuation lines and the document that it reads, if any. */
  text: string;
};

/** The pages at the root and everything in docs/. */
export async function readPages(): Promise<Page[]> {
  const inDocs = (await readdir(join(ROOT, "docs"), { recursive: true }))
    .filter((name) => name.endsWith(".md"))
    .toSorted();
  const files = ["README.md", "AGENTS.md", "CHANGELOG.md", ...inDocs.map((name) => `docs/${name}`)];
  return Promise.all(files.map(async (file) => ({ file, text: await readFile(join(ROOT, file), "utf8") })));
}

/** The fenced blocks, those within a list too. */
export function blocksOf({ text }: Page): Block[] {
  const blocks: Block[] = [];
  let open: (Block & { indent: number }) | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^( *)```(\w*)$/.exec(line);
    if (open === undefined && fence) {
      open = { language: fence[2] ?? "", indent: fence[1]?.length ?? 0, line: index + 2, lines: [] };
    } else if (open !== undefined && fence) {
      blocks.push(open);
      open = undefined;
    } else open?.lines.push(line.slice(open.indent));
  }
  return blocks;
}

/** Every command of the blocks marked `sh`. */
export function commandsOf(page: Page): ShellCommand[] {
  return blocksOf(page)
    .filter(({ language }) => language === "sh")
    .flatMap(({ line, lines }) =>
      split(lines).map(({ index, text }) => ({ at: `${page.file}:${line + index}`, text })),
    );
}

function split(lines: string[]): { index: number; text: string }[] {
  const commands: { index: number; text: string }[] = [];
  for (let index = 0; index < lines.length; index++) {
    const start = index;
    const first = lines[index] ?? "";
    if (first.trim() === "" || first.startsWith("#")) continue;
    const end = /<<'?(\w+)/.exec(first)?.[1];
    if (end === undefined) while (lines[index]?.endsWith("\\")) index++;
    else while (index < lines.length - 1 && lines[index] !== end) index++;
    commands.push({ index: start, text: lines.slice(start, index + 1).join("\n") });
  }
  return commands;
}

/** Links to files and headings of ours, as paths from the root with what follows `#`. */
export function linksOf({ file, text }: Page): { target: string; path: string; anchor: string | undefined }[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
    if (/^https?:/.test(target)) return [];
    const [path = "", anchor] = target.split("#");
    return [{ target, path: path === "" ? file : normalize(join(dirname(file), path)), anchor }];
  });
}

/** The headings as GitHub names them in links. */
export function anchorsOf({ text }: Page): Set<string> {
  const headings = [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, "");
}
