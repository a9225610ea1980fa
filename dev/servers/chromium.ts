/** Chromium, for pictures and for tests of pages: the machine's own, because a download of one is 150 MB. */
import process from "node:process";

import { type Browser, chromium } from "playwright-core";

import { findOnPath } from "./tool.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Nothing but the page under test speaks to anybody. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
];

/** The path in `CHROMIUM_PATH`, or that of the first Chromium on the PATH. */
export async function findChromium(): Promise<string | undefined> {
  const named = process.env["CHROMIUM_PATH"];
  if (named !== undefined && named !== "") return named;
  for (const name of NAMES) {
    const path = await findOnPath(name);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** Starts it without a window. */
export async function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: QUIET });
}
