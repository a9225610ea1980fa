/**
 * Takes the pictures in `docs/images`: of Temporal's UI, with recordings that wait in Agora's backup cloud and one that is
 * done, and of the report of one that has lost a segment. Needs Chromium on the PATH, or at CHROMIUM_PATH.
 */
import process from "node:process";
import { fileURLToPath } from "node:url";

import type { Page } from "playwright-core";

import type { FinalizeInput, Recording } from "../src/client.ts";
import type { RecordOptions } from "../src/emulator/recording/record.ts";
import { renderReport } from "../src/report/page.ts";
import { findChromium, launchChromium } from "./servers/chromium.ts";
import { type DemoSetup, startDemo } from "./demo/demo-setup.ts";

const POLL = {
  upload: { initialInterval: "1s" },
  backup: { initialInterval: "2s", maximumInterval: "30s" },
  quiet: "3s",
} as const;
/** The list's columns, as a person would choose them once with the wheel below it. */
const COLUMNS = ["Status", "RecordingPhase", "RecordingChannel", "Workflow ID", "Start"];

const chromium = await findChromium();
if (chromium === undefined) throw new Error("Cannot take pictures: there is no Chromium on the PATH");
const closers: (() => Promise<unknown>)[] = [];
try {
  const demo = await startDemo("node", closers);
  const { uiUrl } = demo;
  if (uiUrl === undefined)
    throw new Error("Cannot take pictures: TEMPORAL_ADDRESS names a server whose UI is not ours");
  const { waiting, done, incomplete } = await play(demo);

  const browser = await launchChromium(chromium);
  closers.push(async () => browser.close());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const columns = { default: COLUMNS.map((label) => ({ label })) };
  await page.addInitScript((chosen) => {
    localStorage.setItem("namespace-workflow-table-columns", chosen);
    localStorage.setItem("savedQueryNavOpen", "false");
  }, JSON.stringify(columns));

  const workflows = `${uiUrl}/namespaces/default/workflows`;
  await shoot(page, {
    url: `${workflows}?query=${encodeURIComponent('RecordingPhase="backup"')}`,
    file: "list.png",
    text: "interview",
    height: 400,
  });
  await shoot(page, {
    url: `${workflows}/${await run(demo, waiting)}/user-metadata`,
    file: "card.png",
    text: "Current Details",
    height: 690,
  });
  await shoot(page, {
    url: `${workflows}/${await run(demo, waiting)}/pending-activities`,
    file: "waiting.png",
    text: "awaitBackup",
    height: 775,
  });
  await shoot(page, {
    url: `${workflows}/${await run(demo, done)}/history`,
    file: "verified.png",
    text: "finalizeRecording",
    height: 960,
  });
  await page.setViewportSize({ width: 900, height: 1240 });
  await page.setContent(await report(incomplete));
  await page.screenshot({ path: picture("report.png") });
} finally {
  for (const close of closers.toReversed()) await close();
}
process.exit();

/** Three recordings in the backup cloud, one that is verified, and one of whose two tracks a segment each never comes. */
async function play({ emulator, recordings }: DemoSetup) {
  const finalize = async (options: RecordOptions, input: Omit<FinalizeInput, "recording"> = {}) =>
    recordings.finalize({ recording: await emulator.record(options), poll: POLL, ...input });
  const parked = async (cname: string) => finalize({ cname, scenario: "backuped-lost" }, { stop: { method: "sync" } });

  const [waiting, done, incomplete] = await Promise.all([
    parked("interview"),
    finalize({ cname: "lecture" }),
    finalize(
      {
        mode: "individual",
        cname: "webinar",
        scenario: { users: ["123"], segments: 12, uploadEveryMs: 200, lost: [7] },
      },
      { files: { uids: ["123"] }, timeouts: { upload: "15s", backup: "15s" } },
    ),
    parked("panel"),
    parked("lesson7"),
  ]);
  for await (const { phase, present } of waiting.progress()) if (phase === "backup" && (present ?? 0) > 5) break;
  await Promise.all([done.result(), incomplete.result()]);
  return { waiting, done, incomplete };
}

/** A run's part of the address in the UI. */
async function run({ client }: DemoSetup, { workflowId }: Recording): Promise<string> {
  const { runId } = await client.workflow.getHandle(workflowId).describe();
  return `${workflowId}/${runId}`;
}

async function shoot(
  page: Page,
  { url, file, text, height }: { url: string; file: string; text: string; height: number },
): Promise<void> {
  await page.setViewportSize({ width: 1440, height });
  await page.goto(url);
  await page.getByText(text).first().waitFor();
  // The page settles after its data have come: fonts, icons, the history's bars.
  await page.waitForTimeout(4000);
  await page.screenshot({ path: picture(file) });
}

function picture(file: string): string {
  return fileURLToPath(new URL(`../docs/images/${file}`, import.meta.url));
}

async function report(recording: Recording): Promise<string> {
  const { manifest: reference } = await recording.result();
  const manifest = await recording.manifest();
  if (!reference || !manifest || !("entries" in manifest.segments))
    throw new Error("Cannot take pictures: the webinar has no manifest with its segments in it");
  const { key: name, sha256, bytes } = reference;
  return renderReport({
    manifest,
    file: { name, sha256, bytes, confirmed: true },
    segments: manifest.segments.entries,
  });
}
