/**
 * Takes the pictures in `docs/images`: of Temporal's UI, from a recording that waits in Agora's backup cloud, and of the
 * report of one that has lost a segment. Needs Chromium on the PATH, or at CHROMIUM_PATH.
 */
import process from "node:process";
import { fileURLToPath } from "node:url";

import type { Page } from "playwright-core";

import type { Recordings } from "../src/client.ts";
import type { Emulator } from "../src/emulator/emulator.ts";
import { reportPage } from "../src/report/page.ts";
import { findChromium, launchChromium } from "./chromium.ts";
import { startStage } from "./stage.ts";

const chromium = await findChromium();
if (chromium === undefined) throw new Error("Cannot take pictures: there is no Chromium on the PATH");
const closers: (() => Promise<unknown>)[] = [];
try {
  const { client, emulator, recordings, uiUrl } = await startStage("node", closers);
  if (uiUrl === undefined)
    throw new Error("Cannot take pictures: TEMPORAL_ADDRESS names a server whose UI is not ours");
  const poll = {
    upload: { initialInterval: "1s" },
    backup: { initialInterval: "2s", maximumInterval: "30s" },
    quiet: "3s",
  };

  const parked = await emulator.record({ cname: "interview", scenario: "backuped-lost" });
  const recording = await recordings.finalize({ recording: parked, stop: { method: "sync" }, poll });
  for await (const { phase, present } of recording.progress()) if (phase === "backup" && (present ?? 0) > 5) break;
  const done = await recordings.finalize({ recording: await emulator.record({ cname: "lecture" }), poll });
  await done.result();

  const workflows = `${uiUrl}/namespaces/default/workflows`;
  const { runId } = await client.workflow.getHandle(recording.workflowId).describe();
  const browser = await launchChromium(chromium);
  closers.push(async () => browser.close());
  const page = await browser.newPage();
  await shoot(page, `${workflows}/${recording.workflowId}/${runId}/pending-activities`, {
    file: "waiting.png",
    text: "awaitBackup",
    height: 775,
  });
  await shoot(page, `${workflows}/${done.workflowId}`, {
    file: "verified.png",
    text: "finalizeRecording",
    height: 1300,
  });
  await page.setViewportSize({ width: 900, height: 1240 });
  await page.setContent(await lossyReport(emulator, recordings));
  await page.screenshot({ path: picture("report.png") });
} finally {
  for (const close of closers.toReversed()) await close();
}
process.exit();

async function shoot(
  page: Page,
  url: string,
  { file, text, height }: { file: string; text: string; height: number },
): Promise<void> {
  await page.setViewportSize({ width: 1400, height });
  await page.goto(url);
  await page.getByText(text).first().waitFor();
  // The page settles after its data have come: fonts, icons, the history's bars.
  await page.waitForTimeout(2000);
  await page.screenshot({ path: picture(file) });
}

function picture(file: string): string {
  return fileURLToPath(new URL(`../docs/images/${file}`, import.meta.url));
}

/** The report of a webinar with one user, of whose sound and pictures one segment each never comes. */
async function lossyReport(emulator: Emulator, recordings: Recordings): Promise<string> {
  const recorded = await emulator.record({
    mode: "individual",
    cname: "webinar",
    scenario: { users: ["123"], segments: 12, uploadEveryMs: 200, lost: [7] },
  });
  const recording = await recordings.finalize({
    recording: recorded,
    files: { uids: ["123"] },
    timeouts: { upload: "15s", backup: "15s" },
  });
  const { manifest: reference } = await recording.result();
  const manifest = await recording.manifest();
  if (!reference || !manifest || !("entries" in manifest.segments))
    throw new Error("Cannot take pictures: the webinar has no manifest with its segments in it");
  const { key: name, sha256, bytes } = reference;
  return reportPage({
    manifest,
    file: { name, sha256, bytes, confirmed: true },
    segments: manifest.segments.entries,
  });
}
