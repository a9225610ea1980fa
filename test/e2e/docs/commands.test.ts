/**
 * Every command that the documentation shows in a block marked `sh` runs unchanged, page by page and in order, in a shell
 * with real servers, a worker and the emulator; or `NOT_RUN` lists it with the reason. Only what a reader
 * fills in is filled in here as well: `SID`, `input.json`, the ports, and the settings of a block marked `ini`.
 */
// Runs on Node alone: they are commands of a shell, and those that begin with "node" run on Node
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { commandsOf, readPages, type ShellCommand } from "./pages.ts";
import { openReader } from "./reader.ts";

const NOT_RUN: [command: RegExp, reason: string][] = [
  [
    /^npm ci && /,
    "would install the packages anew under the tests that run; what follows is `npm run demo` and this suite",
  ],
  [/^temporal server start-dev/, "takes fixed ports; the tests have this server on others"],
  [/^docker /, "there is no Docker engine"],
  [/^cd deploy$|^cp example\.env \.env/, "leads to `docker compose`"],
  [
    /^temporal worker deployment set-current-version/,
    "needs workers of that version; test/e2e/upgrade/ makes versions current",
  ],
  [
    /^deno run [^]*api\.agora\.io/,
    "names the live hosts; every test on Deno starts its workers with these permissions",
  ],
];

const pages = await readPages();
const shown = pages.flatMap((page) => commandsOf(page));

test("every command that is listed as not run is shown somewhere", () => {
  const idle = NOT_RUN.filter(([pattern]) => !shown.some(({ text }) => pattern.test(text)));
  assert.deepEqual(idle, []);
});

// A reader waits most of the time, and so all pages are read at once.
describe("every command does what it is shown for", { concurrency: true }, () => {
  for (const page of pages) {
    const commands = commandsOf(page).filter(({ text }) => !NOT_RUN.some(([pattern]) => pattern.test(text)));
    if (commands.length === 0) continue;
    test(`in ${page.file}`, async (t) => {
      const reader = await openReader(t, page);
      for (const command of commands) await reader.run(command).catch((error: unknown) => explain(command, error));
    });
  }
});

function explain({ at, text }: ShellCommand, error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  assert.fail(`${at} shows a command that ${reason}\n\n${text}\n\nMend the page, or name the command in NOT_RUN`);
}
