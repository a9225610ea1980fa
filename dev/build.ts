/** `npm run build`: what the package carries, made afresh in `dist/`. Node strips no types inside `node_modules`. */
import { execFileSync } from "node:child_process";
import { chmod, cp, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}dist`;
const media = "emulator/media";

await rm(dist, { recursive: true, force: true });
execFileSync(`${root}node_modules/.bin/tsc`, ["--project", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
await chmod(`${dist}/cli.js`, 0o755);

for (const name of await readdir(`${root}src/${media}`)) {
  if (!name.endsWith(".sh")) await cp(`${root}src/${media}/${name}`, `${dist}/${media}/${name}`);
}

// The compiled code bundles itself: what a worker would do at its start, done once.
const { bundleWorkflows } = await import(`${dist}/worker/workflow-bundle.js`);
await writeFile(`${dist}/worker/workflow-bundle.cjs`, withRelativeSources((await bundleWorkflows()).code));

/** The source map, which gives failures their places in the code, names every source by its path on this machine. */
function withRelativeSources(code: string): string {
  return code.replace(/(?<=\/\/# sourceMappingURL=data:application\/json;charset=utf-8;base64,)\S+/, (map) =>
    Buffer.from(Buffer.from(map, "base64").toString().replaceAll(root, "")).toString("base64"),
  );
}
