/** The page as people meet it: in Chromium, wide and narrow, light and dark, by keyboard, by ear and on paper. */
// Runs on Node alone: the page is the same text on every runtime, as page.test.ts finds
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";

import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

import { findChromium, launchChromium } from "../../dev/servers/chromium.ts";
import { renderReport, type ReportSource } from "../../src/report/page.ts";
import { callSource } from "./sources.ts";

const path = await findChromium();
const skip = whySkipped();

const CALL = { users: ["527841", "1002"], segments: 240, missing: [30, 31, 33, 35, 37, 120], paused: [60, 61] };
const PHONE = { viewport: { width: 320, height: 640 } };

let browser: Promise<Browser> | undefined;
after(async () => (await browser)?.close());

/** `page.test.ts` runs on every runtime; what a browser makes of the page does not depend on who wrote it. */
function whySkipped(): string | false {
  if (process.versions["bun"] !== undefined || process.versions["deno"] !== undefined)
    return "one runtime is enough to show a page that all of them write alike";
  return path === undefined ? "there is no Chromium: install one, or name it in CHROMIUM_PATH" : false;
}

/** Opens a report as a file; notes what the page asks for and what the browser complains about. */
async function open(t: TestContext, source: ReportSource, options: BrowserContextOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-report-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "report.html");
  await writeFile(file, renderReport(source));
  const context = await (await (browser ??= launchChromium(path ?? ""))).newContext(options);
  t.after(() => context.close());
  const page = await context.newPage();
  const seen = { requests: [] as string[], complaints: [] as string[] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => seen.complaints.push(message.text()));
  page.on("pageerror", (error) => seen.complaints.push(error.message));
  page.on("dialog", (dialog) => seen.complaints.push(dialog.message()));
  await page.goto(pathToFileURL(file).href);
  return { page, seen, url: pathToFileURL(file).href };
}

/** What axe finds against WCAG 2.2 AA and its own good practice. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate<axe.AxeResults>("axe.run()");
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

async function openAll(page: Page): Promise<void> {
  await page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
}

test("the page asks for nothing but itself, and the browser has nothing to complain about", { skip }, async (t) => {
  const cname = `<script>alert(1)</script><img src=http://127.0.0.1:1/x><style>*{display:none}</style>`;
  const { page, seen, url } = await open(t, callSource({ ...CALL, cname }));
  await page.waitForLoadState("networkidle");
  assert.deepEqual(seen, { requests: [url], complaints: [] });
  assert.equal(await page.locator("script, img, link, iframe").count(), 0);
  assert.equal(await page.locator("header bdi").textContent(), cname);
  assert.ok(await page.getByRole("heading", { level: 1 }).isVisible());
});

test("the page's own policy forbids scripts, styles and images that are added", { skip }, async (t) => {
  const { page, seen } = await open(t, callSource(CALL));
  await page.evaluate(`new Promise((done) => {
    document.body.append(Object.assign(document.createElement("script"), { textContent: "document.title = 'changed'" }));
    document.body.insertAdjacentHTML("beforeend", '<p style="color: red">');
    document.body.append(Object.assign(new Image(), { onerror: done, src: "http://127.0.0.1:1/x" }));
  })`);
  assert.notEqual(await page.title(), "changed");
  assert.notEqual(await page.evaluate("getComputedStyle(document.querySelector('body > p')).color"), "rgb(255, 0, 0)");
  assert.ok(seen.complaints.some((text) => text.includes("Loading the image")));
});

test(
  "headings begin with one and skip no level, landmarks frame them, and every section has a name",
  { skip },
  async (t) => {
    const { page } = await open(t, callSource(CALL));
    await openAll(page);
    const levels = await page
      .locator("h1, h2, h3, h4, h5, h6")
      .evaluateAll((all) => all.map(({ tagName }) => Number(tagName.slice(1))));
    assert.equal(levels[0], 1);
    assert.ok(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1));
    for (const role of ["banner", "main", "contentinfo"] as const)
      assert.equal(await page.getByRole(role).count(), 1, role);
    const [first] = await page.getByRole("region").all();
    assert.equal(await first?.getByRole("heading", { level: 2 }).textContent(), "Problems");
  },
);

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds no barrier for a reader with a disability, ${colorScheme}`, { skip }, async (t) => {
    const { page } = await open(t, callSource(CALL), { colorScheme });
    await openAll(page);
    assert.deepEqual(await violations(page), []);
  });

  test(`bars and marks stand out from the paper, ${colorScheme}`, { skip }, async (t) => {
    const { page } = await open(t, callSource(CALL), { colorScheme });
    const colours = await page.evaluate<Record<string, string>>(
      `Object.fromEntries(["paper", "panel", "bar", "wait", "bad", "fair", "good", "focus"].map((name) =>
        [name, getComputedStyle(document.documentElement).getPropertyValue("--" + name)]))`,
    );
    const { paper = "", panel = "", ...drawn } = colours;
    for (const [name, colour] of Object.entries(drawn)) {
      for (const ground of [paper, panel]) assert.ok(contrast(colour, ground) >= 3, `${name} on ${ground}`);
    }
    const background = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    assert.equal(background, colorScheme === "dark" ? "rgb(20, 23, 26)" : "rgb(255, 255, 255)");
  });
}

test(
  "a phone of 320 pixels shows every word without scrolling sideways, and tables are still tables",
  { skip },
  async (t) => {
    const { page } = await open(
      t,
      callSource({ ...CALL, cname: "x".repeat(64), users: ["527841", "y".repeat(64)] }),
      PHONE,
    );
    await openAll(page);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 320);
    assert.deepEqual(await page.evaluate(WORDS_OUTSIDE), []);
    assert.ok((await page.getByRole("columnheader").count()) > 5);
    assert.ok((await page.getByRole("rowheader").count()) > 5);
    assert.deepEqual(await violations(page), []);
  },
);

test("each drawing has a name and a description", { skip }, async (t) => {
  const { page } = await open(t, callSource(CALL));
  const track = page.getByRole("img", { name: "User 527841, audio and video" });
  assert.match(await track.ariaSnapshot(), /User 527841, audio and video/);
  const description = await track.locator("desc").first().textContent();
  assert.equal(description, "09:58:30 to 10:58:30, 232 segments, 6 missing, 1 gap of 30s");
  assert.equal(await page.locator("svg[role=img]").count(), await page.getByRole("img").count());
});

test("the keyboard reaches everything that opens, sees where it is, and opens it", { skip }, async (t) => {
  const { page } = await open(t, callSource(CALL));
  const total = await page.locator("summary").count();
  assert.ok(total >= 2);
  for (let index = 0; index < total; index += 1) {
    await page.keyboard.press("Tab");
    const outline = await page.evaluate(
      "getComputedStyle(document.querySelector('summary:focus-visible')).outlineStyle",
    );
    assert.equal(outline, "solid");
    await page.keyboard.press("Enter");
  }
  assert.equal(await page.locator("details[open]").count(), total);
});

test("paper shows what is folded on the screen, dark on light", { skip }, async (t) => {
  const { page } = await open(t, callSource(CALL), { colorScheme: "dark" });
  const row = page.getByRole("row").filter({ hasText: "Gap" }).first();
  assert.equal(await row.isVisible(), false);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const box = await page.locator("details tr").first().boundingBox();
  assert.ok(box && box.height > 0);
  assert.equal(await page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
});

test("a day of three users is drawn without delay of its own: a few hundred elements", { skip }, async (t) => {
  const { page } = await open(t, callSource({ users: ["1", "2", "3"], segments: 5760 }));
  assert.ok(Number(await page.evaluate("document.querySelectorAll('*').length")) < 600);
});

/** Words that lie outside the window, but for the heads of tables, which a phone shows beside each value. */
const WORDS_OUTSIDE = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const outside = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.trim() === "" || node.parentElement.closest("thead, title, desc")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, right } = range.getBoundingClientRect();
    if (left < 0 || right > innerWidth) outside.push(node.data.trim());
  }
  return outside;
})()`;

/** WCAG 2.2, contrast ratio. */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.trim().slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
