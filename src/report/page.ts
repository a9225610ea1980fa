/**
 * The report: one HTML page, made from a manifest alone, that answers "was the recording there?".
 *
 * The page must last for years in a ticket or an archive: it has no script and loads nothing, and its own policy forbids
 * both. It depends on no clock, so the same manifest always gives the same bytes. Everything in a manifest is foreign
 * text, and `html` keeps it text.
 */
import { createHash } from "node:crypto";

import type { Manifest, Segment } from "../manifest/schema.ts";
import { listStandalone } from "../recording/file-kinds.ts";
import { renderEnding } from "./sections/ending.ts";
import { renderEvidence, type ManifestFile } from "./sections/evidence.ts";
import { renderFiles } from "./sections/files.ts";
import { formatBytes, formatDuration, formatNumber, plural } from "../lib/quantities.ts";
import { html, type Html } from "./html.ts";
import { renderProblems, summarizeProblems } from "./sections/problems.ts";
import { renderRecorded } from "./sections/recorded.ts";
import { MARK_SHAPES } from "./timeline.ts";
import { STYLE } from "./style.ts";
import { type Fact, renderFacts } from "./table.ts";
import { renderCode, renderDateTime } from "./format.ts";

export type ReportSource = {
  manifest: Manifest;
  file: ManifestFile;
  /** Those of the manifest or its side file, or a sentence on why the side file could not be read. */
  segments: readonly Segment[] | string;
};

/** In the past tense: files can be deleted on the day after. */
const ANSWERS: Record<Manifest["outcome"], { answer: string; meaning: string }> = {
  verified: {
    answer: "The recording was there",
    meaning: "Every file that was expected was in the store and passed every check that was asked for.",
  },
  damaged: {
    answer: "The recording was there, but damaged",
    meaning: "Every file that was expected was in the store, and at least one failed a check. The problems name it.",
  },
  incomplete: {
    answer: "Part of the recording was missing",
    meaning:
      "Something that was expected was missing, empty or unfinished when the wait was over. It may still come: then a rerun finds it.",
  },
  lost: {
    answer: "The recording was not there",
    meaning:
      "Agora named files, or said that it had uploaded them, and the store had none of them. Was it given another store?",
  },
};

export function renderReport({ manifest, file, segments }: ReportSource): string {
  const listed = typeof segments === "string" ? undefined : segments;
  const { playlists, recording } = manifest;
  const files = [...playlists, ...listStandalone(manifest), ...(listed ?? [])];
  const arrivals = files.map(({ lastModified }) => lastModified);
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${buildPolicy()}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${ANSWERS[manifest.outcome].answer}: ${recording.cname}, ${recording.sid}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        ${MARK_SHAPES}${renderHeader(manifest)}
        <main>
          ${renderProblems(manifest, typeof segments === "string" ? segments : undefined)}
          ${renderRecorded(manifest, segments)} ${renderEnding(manifest, arrivals)} ${renderFiles(manifest, listed)}
          ${renderEvidence(manifest, file)}
        </main>
        <footer>
          <p>Made by <code>tailslate report</code> from the manifest alone.</p>
        </footer>
      </body>
    </html> `;
  return markup;
}

/** Not made by `html`, because the digest covers every character between the tags. */
const STYLE_ELEMENT: Html = { markup: `<style>${STYLE}</style>` };

/** Allows this one style and nothing else. */
function buildPolicy(): string {
  const style = createHash("sha256").update(STYLE).digest("base64");
  return `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'`;
}

function renderHeader(manifest: Manifest): Html {
  const { outcome, recording, totals, store, bucket, prefix, level } = manifest;
  const { answer, meaning } = ANSWERS[outcome];
  const { sid, cname, mode, uid } = recording;
  const figures: Fact[] = [
    ["Length", formatLength(manifest)],
    ["Files", formatNumber(totals.files)],
    ["Size", formatBytes(totals.bytes)],
    ["Segments", formatNumber(totals.segments)],
  ];
  const below = prefix === "" ? "" : html`, prefix ${renderCode(prefix)}`;
  const identity: Fact[] = [
    ["Channel", html`<bdi>${cname}</bdi>`],
    ["Recording", html`${renderCode(sid)}, ${mode} mode, recorder ${renderCode(uid)}`],
    ["Store", html`${renderCode(store)}, bucket ${renderCode(bucket)}${below}`],
    ["Checked", html`${renderDateTime(findCheckTime(manifest))} or later, at level ${renderCode(level)}`],
  ];
  return html`<header class="${outcome}">
    <p class="outcome"><span class="badge ${outcome}">${outcome}</span></p>
    <h1>${answer}</h1>
    <p class="meaning">${meaning}</p>
    <p>${summarizeProblems(manifest)}</p>
    <p class="note">What became of the files after the check is not in this page.</p>
    <div class="figures">${renderFacts(figures)}</div>
    ${renderFacts(identity)}
    <p class="note">All times are UTC.</p>
  </header>`;
}

/** The files were not checked before this moment. A manifest without `checkedAt` has only that of what was last known. */
function findCheckTime({ checkedAt, stop, timeline }: Manifest): number {
  if (checkedAt !== undefined) return Date.parse(checkedAt);
  return timeline.reduce((newest, { at }) => Math.max(newest, Date.parse(at)), Date.parse(stop.at));
}

/** The length counts no missing segment. */
function formatLength({ totals, playlists }: Manifest): string {
  const missing = playlists.reduce((sum, { missing: keys, missingCount }) => sum + (missingCount ?? keys.length), 0);
  const length = formatDuration(totals.durationSeconds * 1000);
  return missing === 0 ? length : `${length}, without ${plural(missing, "missing segment")}`;
}
