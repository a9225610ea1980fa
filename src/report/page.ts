/**
 * A recording's report: one HTML page made from its manifest alone, for whoever must answer "is the recording there?".
 *
 * The page stands alone for years in a ticket or an archive: no script, nothing loaded, and its own policy forbids both.
 * It is a function of the manifest: no clock, so that the same manifest always gives the same bytes. Everything in a
 * manifest is text that others wrote, and `html` keeps it text.
 */
import { createHash } from "node:crypto";

import type { Manifest, Segment } from "../manifest/schema.ts";
import { inBytes } from "../lib/quantities.ts";
import { endingSection } from "./sections/ending.ts";
import { evidenceSection, type ManifestFile } from "./sections/evidence.ts";
import { filesSection } from "./sections/files.ts";
import { html, type Html } from "./html.ts";
import { problemsSection, tally } from "./sections/problems.ts";
import { recordedSection } from "./sections/recorded.ts";
import { MARK_SHAPES } from "./timeline.ts";
import { STYLE } from "./style.ts";
import { facts } from "./table.ts";
import { code, length } from "./format.ts";

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
export function reportPage({ manifest, file, segments }: ReportSource): string {
  const listed = typeof segments === "string" ? undefined : segments;
  const { playlists, mp4s, snapshots, recording } = manifest;
  const arrivals = [...playlists, ...mp4s, ...snapshots, ...(listed ?? [])].map(({ lastModified }) => lastModified);
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy()}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${ANSWERS[manifest.outcome].answer}: ${recording.cname}, ${recording.sid}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        ${MARK_SHAPES}${head(manifest)}
        <main>
          ${problemsSection(manifest, typeof segments === "string" ? segments : undefined)}
          ${recordedSection(manifest, segments)} ${endingSection(manifest, arrivals)} ${filesSection(manifest, listed)}
          ${evidenceSection(manifest, file)}
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
function policy(): string {
  const style = createHash("sha256").update(STYLE).digest("base64");
  return `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'`;
}

/** The tracks of individual mode run side by side, and the playlists of a mix one after the other. */
function longest(playlists: Manifest["playlists"], totalSeconds: number, mode: Manifest["recording"]["mode"]) {
  const longestSeconds = playlists.reduce((most, { durationSeconds }) => Math.max(most, durationSeconds), 0);
  return mode === "individual"
    ? (["Longest track", length(longestSeconds * 1000)] as const)
    : (["Length", length(totalSeconds * 1000)] as const);
}

function head({ outcome, recording, playlists, totals, problems, store, bucket, prefix, level }: Manifest): Html {
  const { answer, meaning } = ANSWERS[outcome];
  const { sid, cname, mode, uid } = recording;
  const figures = [
    longest(playlists, totals.durationSeconds, mode),
    ["Files", totals.files.toLocaleString("en-US")],
    ["Size", inBytes(totals.bytes)],
    ["Segments", totals.segments.toLocaleString("en-US")],
  ] as const;
  const identity = [
    ["Channel", html`<bdi>${cname}</bdi>`],
    ["Recording", html`${code(sid)}, ${mode} mode, recorder ${code(uid)}`],
    ["Store", html`${code(store)}, bucket ${code(bucket)}${prefix === "" ? "" : html`, prefix ${code(prefix)}`}`],
    ["Checked", html`at level ${code(level)}`],
  ] as const;
  return html`<header class="${outcome}">
    <p class="outcome"><span class="badge ${outcome}">${outcome}</span></p>
    <h1>${answer}</h1>
    <p class="meaning">${meaning}</p>
    <p>${tally(problems)}</p>
    <div class="figures">${facts(figures)}</div>
    ${facts(identity)}
    <p class="note">All times are UTC.</p>
  </header>`;
}
