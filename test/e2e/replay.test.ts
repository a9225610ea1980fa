/**
 * Replays what older code lived through, on whatever runtime. When this fails after a change of the workflow, that change
 * would break recordings that wait: guard it with `patched`, and record histories anew only when none can be waiting.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import process from "node:process";
import { describe, test } from "node:test";

import { DeterminismViolationError } from "@temporalio/workflow";
import { DefaultLogger, Runtime, Worker } from "@temporalio/worker";

import { findWorkflowBundle } from "../../src/worker/workflow-bundle.ts";

Runtime.install({ logger: new DefaultLogger("ERROR"), telemetryOptions: { logging: { filter: "ERROR" } } });

const FOLDER = new URL("../histories/", import.meta.url);
/** The outcomes and the ways to fail, the ways there, and an open run in each phase. */
const STORIES = `
  cancelled damaged empty invalid-input lost lost-segment not-found rejected unconfirmed unverified verified
  backup canceled forced notified scheduled
  open-backup open-scheduled open-stopping open-uploading open-verifying
`
  .trim()
  .split(/\s+/);
const RUNTIMES = ["bun", "deno", "node"];

const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".json")).toSorted();
const histories = await Promise.all(
  names.map(async (name) => ({ workflowId: name, text: await readFile(new URL(name, FOLDER), "utf8") })),
);

const { bundle } = await findWorkflowBundle(process.env["TAILSLATE_WORKFLOW_BUNDLE"]);
const code = "code" in bundle ? bundle.code : await readFile(bundle.codePath, "utf8");

/** Why each history does not replay with a bundle of workflows; `undefined` where it does. */
async function replay(workflows: string): Promise<Map<string, Error | undefined>> {
  const parsed = histories.map(({ workflowId, text }) => {
    const history: unknown = JSON.parse(text);
    return { workflowId, history };
  });
  const results = new Map<string, Error | undefined>();
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: { code: workflows } },
    parsed,
  )) {
    results.set(workflowId, error);
  }
  return results;
}

test("there is a history of every story from every runtime", () => {
  assert.deepEqual(names, RUNTIMES.flatMap((runtime) => STORIES.map((story) => `${runtime}-${story}.json`)).toSorted());
});

test("every outcome is among them", () => {
  const outcomes = histories.flatMap(({ text }) => {
    const payloads = [...text.matchAll(/"data":"([^"]+)"/g)].map(([, data = ""]) => Buffer.from(data, "base64"));
    return payloads.flatMap((payload) => /^\{"outcome":"([^"]+)","level"/.exec(payload.toString())?.[1] ?? []);
  });
  assert.deepEqual([...new Set(outcomes)].toSorted(), [
    "cancelled",
    "damaged",
    "empty",
    "incomplete",
    "lost",
    "not-found",
    "unverified",
    "verified",
  ]);
});

test("every history replays", async () => {
  const results = await replay(code);
  assert.deepEqual(results, new Map(names.map((name) => [name, undefined])));
});

describe("a workflow that was changed without regard to those that wait fails", () => {
  for (const { change, from, to, spares } of [
    {
      change: "an activity under another name",
      from: "publishManifest",
      to: "publishTheManifest",
      spares: /-(cancelled|canceled|invalid-input|rejected|unverified|open-(?!verifying).*)\.json$/,
    },
    {
      change: "one timer more",
      from: "waitMs <= 0",
      to: "waitMs < 0",
      spares: /-(scheduled|notified|invalid-input)/,
    },
  ]) {
    test(`with ${change}`, async () => {
      assert.ok(code.includes(from));
      const results = await replay(code.replaceAll(from, to));
      for (const [name, error] of results) {
        if (spares.test(name)) assert.equal(error, undefined, name);
        else assert.ok(error instanceof DeterminismViolationError, `${name}: ${error}`);
      }
    });
  }
});

test("no history shows anything of the machine that recorded it, in its payloads neither", () => {
  for (const { workflowId, text } of histories) {
    const payloads = [...text.matchAll(/"data":"([^"]+)"/g)].map(([, data = ""]) =>
      Buffer.from(data, "base64").toString(),
    );
    assert.ok(payloads.length > 0);
    for (const shown of [text, ...payloads]) {
      assert.doesNotMatch(
        shown,
        /identity|stackTrace|file:\/\/|node_modules|127\.0\.0\.1|authorization|secret/i,
        workflowId,
      );
    }
  }
});
