// Runs on Node alone: it starts what was built on all three itself
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

type ImageStage = { name: string; lines: string[] };

async function readStages(): Promise<ImageStage[]> {
  const text = await readFile(join(ROOT, "deploy/Dockerfile"), "utf8");
  return text
    .split(/^(?=FROM )/m)
    .slice(1)
    .map((part) => ({ name: / AS (\w+)$/m.exec(part)?.[1] ?? "", lines: part.split("\n") }));
}

/** Copies from the repository, as the stage's own lines say. */
async function copyInto(folder: string, { lines }: ImageStage): Promise<void> {
  for (const line of lines) {
    if (!line.startsWith("COPY ") || line.includes("--from=")) continue;
    const [, ...paths] = line.split(" ");
    const target = paths.pop() ?? "";
    await mkdir(join(folder, target), { recursive: true });
    for (const path of paths) {
      const isFolder = path.endsWith("/");
      await cp(join(ROOT, path), join(folder, target, isFolder ? "" : (path.split("/").at(-1) ?? "")), {
        recursive: true,
      });
    }
  }
}

test("what the Dockerfile copies is enough to build, and what it builds starts on each runtime", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-image-"));
  t.after(() => rm(folder, { recursive: true }));
  const PATH = [dirname(process.execPath), join(ROOT, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
  const run = (path: string, args: string[], cwd: string) =>
    promisify(execFile)(path, args, { cwd, env: { ...process.env, PATH } });

  const all = await readStages();
  const build = all.find(({ name }) => name === "build");
  assert.ok(build !== undefined && build.lines.includes("RUN npm run build"));
  const buildFolder = join(folder, "build");
  await copyInto(buildFolder, build);
  await symlink(join(ROOT, "node_modules"), join(buildFolder, "node_modules"));
  await run("npm", ["run", "build"], buildFolder);

  for (const runtime of ["node", "bun", "deno"]) {
    const stage = all.find(({ name }) => name === runtime);
    const entry = stage?.lines.find((line) => line.startsWith("ENTRYPOINT "))?.replace("ENTRYPOINT ", "");
    assert.ok(stage && entry, runtime);
    const app = join(folder, runtime);
    await copyInto(app, stage);
    await cp(join(buildFolder, "dist"), join(app, "dist"), { recursive: true });
    await symlink(join(ROOT, "node_modules"), join(app, "node_modules"));
    const [path = "", ...args]: string[] = JSON.parse(entry);
    const { stdout } = await run(path, [...args, "worker", "--help"], app);
    assert.match(stdout, /^Usage: tailslate worker/);
    assert.ok(stage.lines.includes('CMD ["worker"]') && stage.lines.some((line) => /^USER \d{4}$/.test(line)), runtime);
  }
});

test("the build context holds what the Dockerfile copies, and nothing else", async () => {
  const ignore = await readFile(join(ROOT, "deploy/Dockerfile.dockerignore"), "utf8");
  const [all, ...kept] = ignore.trim().split("\n");
  const copied = (await readStages()).flatMap(({ lines }) =>
    lines.flatMap((line) => (/^COPY (?!--from)/.test(line) ? line.split(" ").slice(1, -1) : [])),
  );
  assert.equal(all, "*");
  assert.deepEqual(
    new Set(kept.map((line) => line.replace("!", ""))),
    new Set(copied.map((path) => path.replace(/\/$/, ""))),
  );
});
