/**
 * A recording's report: one HTML page made from its manifest alone, for whoever must answer "is the recording there?".
 *
 * The page stands alone for years in a ticket or an archive: no script, nothing loaded, and its own policy forbids both.
 * It is a function of the manifest: no clock, so that the same manifest always gives the same bytes. Everything in a
 * manifest is text that others wrote, and `html` keeps it text.
 */
import { MODES } from "../agora/modes.ts";
import { createHash } from "node:crypto";

import type { Manifest, Segment } from "../manifest/schema.ts";
import { renderEnding } from "./sections/ending.ts";
import { renderEvidence, type ManifestFile } from "./sections/evidence.ts";
import { renderFiles } from "./sections/files.ts";
import { formatBytes, formatDuration, formatNumber } from "../lib/quantities.ts";
import { html, type Html } from "./html.ts";
import { renderProblems, summarizeProblems } from "./sections/problems.ts";
import { renderRecorded } from "./sections/recorded.ts";
import { MARK_SHAPES } from "./timeline.ts";
import { STYLE } from "./style.ts";
import { renderFacts } from "./table.ts";
import { renderCode } from "./format.ts";

export type ReportSource = {
  manifest: Manifest;
  file: ManifestFile;
  /** Those of the manifest or of its side file; or a sentence on why the side file could not be read. */
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
      "Agora named files, or said that it had uploaded them, and the store has none of them. Was it told of another store?",
  },
};

/** Writes the page. */
export function renderReport({ manifest, file, segments }: ReportSource): string {
  const listed = typeof segments === "string" ? undefined : segments;
  const { playlists, mp4s, snapshots, recording } = manifest;
  const arrivals = [...playlists, ...mp4s, ...snapshots, ...(listed ?? [])].map(({ lastModified }) => lastModified);
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

/** Beside `html`, because the digest is of every character between the tags. */
const STYLE_ELEMENT: Html = { markup: `<style>${STYLE}</style>` };

/** Nothing but this one style. */
function buildPolicy(): string {
  const style = createHash("sha256").update(STYLE).digest("base64");
  return `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'`;
}

/** The tracks of users run side by side, and the playlists of a mix one after the other. */
function describeLength(playlists: Manifest["playlists"], totalSeconds: number, mode: Manifest["recording"]["mode"]) {
  const longestSeconds = playlists.reduce((most, { durationSeconds }) => Math.max(most, durationSeconds), 0);
  return MODES[mode].tracksByUser
    ? (["Longest track", formatDuration(longestSeconds * 1000)] as const)
    : (["Length", formatDuration(totalSeconds * 1000)] as const);
}

function renderHeader({
  outcome,
  recording,
  playlists,
  totals,
  problems,
  store,
  bucket,
  prefix,
  level,
}: Manifest): Html {
  const { answer, meaning } = ANSWERS[outcome];
  const { sid, cname, mode, uid } = recording;
  const figures = [
    describeLength(playlists, totals.durationSeconds, mode),
    ["Files", formatNumber(totals.files)],
    ["Size", formatBytes(totals.bytes)],
    ["Segments", formatNumber(totals.segments)],
  ] as const;
  const identity = [
    ["Channel", html`<bdi>${cname}</bdi>`],
    ["Recording", html`${renderCode(sid)}, ${mode} mode, recorder ${renderCode(uid)}`],
    [
      "Store",
      html`${renderCode(store)}, bucket
      ${renderCode(bucket)}${prefix === "" ? "" : html`, prefix ${renderCode(prefix)}`}`,
    ],
    ["Checked", html`at level ${renderCode(level)}`],
  ] as const;
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
