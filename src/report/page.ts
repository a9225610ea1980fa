/**
 * The report: one HTML page, made from a manifest alone, that answers "is the recording there?".
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
import { formatBytes, formatDuration, formatNumber } from "../lib/quantities.ts";
import { html, type Html } from "./html.ts";
import { renderProblems, summarizeProblems } from "./sections/problems.ts";
import { renderRecorded } from "./sections/recorded.ts";
import { MARK_SHAPES } from "./timeline.ts";
import { STYLE } from "./style.ts";
import { type Fact, renderFacts } from "./table.ts";
import { renderCode } from "./format.ts";

export type ReportSource = {
  manifest: Manifest;
  file: ManifestFile;
  /** Those of the manifest or its side file, or a sentence on why the side file could not be read. */
  segments: readonly Segment[] | string;
};

const ANSWERS: Record<Manifest["outcome"], { answer: string; meaning: string }> = {
  verified: {
    answer: "The recording is there",
    meaning: "Every file that is expected is in the store and passes every check that was asked for.",
  },
  damaged: {
    answer: "The recording is there, but damaged",
    meaning: "Every file that is expected is in the store, and at least one fails a check. The problems name it.",
  },
  incomplete: {
    answer: "Part of the recording is missing",
    meaning:
      "Something that is expected was missing, empty or unfinished when the wait was over. It may still come: then a rerun finds it.",
  },
  lost: {
    answer: "The recording is not there",
    meaning:
      "Agora named files, or said that it had uploaded them, and the store has none of them. Was it given another store?",
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
  const { outcome, recording, totals, problems, store, bucket, prefix, level } = manifest;
  const { answer, meaning } = ANSWERS[outcome];
  const { sid, cname, mode, uid } = recording;
  const figures: Fact[] = [
    ["Length", formatDuration(totals.durationSeconds * 1000)],
    ["Files", formatNumber(totals.files)],
    ["Size", formatBytes(totals.bytes)],
    ["Segments", formatNumber(totals.segments)],
  ];
  const below = prefix === "" ? "" : html`, prefix ${renderCode(prefix)}`;
  const identity: Fact[] = [
    ["Channel", html`<bdi>${cname}</bdi>`],
    ["Recording", html`${renderCode(sid)}, ${mode} mode, recorder ${renderCode(uid)}`],
    ["Store", html`${renderCode(store)}, bucket ${renderCode(bucket)}${below}`],
    ["Checked", html`at level ${renderCode(level)}`],
  ];
  return html`<header class="${outcome}">
    <p class="outcome"><span class="badge ${outcome}">${outcome}</span></p>
    <h1>${answer}</h1>
    <p class="meaning">${meaning}</p>
    <p>${summarizeProblems(problems)}</p>
    <div class="figures">${renderFacts(figures)}</div>
    ${renderFacts(identity)}
    <p class="note">All times are UTC.</p>
  </header>`;
}
