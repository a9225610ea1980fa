/** The first section: what is wrong, errors before warnings, grouped by check. */
import type { Manifest } from "../../manifest/schema.ts";
import { omitName } from "../../lib/omit-name.ts";
import { formatNumber, plural } from "../../lib/quantities.ts";
import { html, type Html } from "../html.ts";
import { renderDetails, renderLeftOut, MOST_ROWS } from "../table.ts";
import { renderCode, stripPrefix } from "../format.ts";

type Problem = Manifest["problems"][number];

/** The rest of one check is folded. */
const SHOWN_AT_ONCE = 5;

/** `unread`: why the segments could not be read, if so. */
export function renderProblems(manifest: Manifest, unread: string | undefined): Html {
  const { problems, prefix } = manifest;
  const ranked = problems.toSorted((a, b) => rankSeverity(a) - rankSeverity(b));
  const groups = [...Map.groupBy(ranked, ({ severity, check }) => `${severity} ${check}`).values()];
  const notice = unread === undefined ? [] : html`<p class="notice">${unread}</p>`;
  return html`<section aria-labelledby="problems">
    <h2 id="problems">Problems</h2>
    <p>${summarizeProblems(manifest)}</p>
    ${notice}${groups.map((group) => renderCheck(group, prefix))}
  </section>`;
}

/** `2 errors and 1 warning.` A manifest lists the first of many. */
export function summarizeProblems({
  problems,
  problemCount = problems.length,
}: Pick<Manifest, "problems" | "problemCount">): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  const unlisted = problemCount - problems.length;
  if (unlisted > 0) {
    const listed = `${plural(errors, "error")} and ${plural(warnings, "warning")}`;
    return `${plural(problemCount, "problem")}; the manifest lists the first: ${listed}.`;
  }
  if (errors + warnings === 0) return "No problems.";
  if (errors === 0) return `${plural(warnings, "warning")}. Warnings do not change the outcome.`;
  return `${plural(errors, "error")}${warnings > 0 ? ` and ${plural(warnings, "warning")}` : ""}.`;
}

function renderCheck(group: Problem[], prefix: string): Html {
  const [first] = group;
  if (first === undefined) return html``;
  const { check, severity } = first;
  const items = group.slice(0, MOST_ROWS).map((problem) => renderItem(problem, prefix));
  const rest = items.slice(SHOWN_AT_ONCE);
  const more = html`<ul>
      ${rest}
    </ul>
    ${renderLeftOut(group.length, "problem")}`;
  return html`<article class="problem ${severity}">
    <h3>
      <span class="badge ${severity}">${severity === "error" ? "Error" : "Warning"}</span>
      ${formatCheckId(check)}${group.length > 1 ? `, ${plural(group.length, "time")}` : ""}
    </h3>
    <p class="check">check ${renderCode(check)}</p>
    <ul>
      ${items.slice(0, SHOWN_AT_ONCE)}
    </ul>
    ${rest.length > 0 ? renderDetails(`${formatNumber(group.length - SHOWN_AT_ONCE)} more`, more) : []}
  </article>`;
}

function renderItem({ subject, expected, observed }: Problem, prefix: string): Html {
  return html`<li>
    ${renderCode(stripPrefix(subject, prefix))}<span class="facts"
      >${renderFact("expected", omitName(expected, subject))}${renderFact("found", observed)}</span
    >
  </li> `;
}

function renderFact(word: string, what: string): Html {
  return what === "" ? html`` : html`<span>${word}: <bdi>${what}</bdi></span> `;
}

/** `segment-missing` becomes `Segment missing`: the ids are made of words. */
function formatCheckId(check: string): string {
  const words = check.replaceAll("-", " ").replace("mp4", "MP4");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function rankSeverity({ severity }: Problem): number {
  return severity === "error" ? 0 : 1;
}
