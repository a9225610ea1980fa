/**
 * Takes the pictures in `docs/images` of Temporal's UI, from a recording that waits in Agora's backup cloud.
 * Needs Chromium at /usr/bin/chromium, or at CHROMIUM_PATH.
 */
import process from "node:process";
import { fileURLToPath } from "node:url";

import { chromium, type Page } from "playwright-core";

import { startStage } from "./stage.ts";

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
];

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
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    args: QUIET,
  });
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
  await page.screenshot({ path: fileURLToPath(new URL(`../docs/images/${file}`, import.meta.url)) });
}
