/** The section that comes first: what is wrong, errors before warnings, alike ones together. */
import type { Manifest } from "../../manifest/schema.ts";
import { formatNumber, plural } from "../../lib/quantities.ts";
import { html, type Html } from "../html.ts";
import { renderDetails, renderLeftOut, MOST_ROWS } from "../table.ts";
import { renderCode, stripPrefix } from "../format.ts";

type Problem = Manifest["problems"][number];

/** Of one check: more than this are behind a line that opens them. */
const SHOWN_AT_ONCE = 5;

/** `unread`: why the segments could not be read, where they could not. */
export function renderProblems({ problems, prefix }: Manifest, unread: string | undefined): Html {
  const ranked = problems.toSorted((a, b) => rankSeverity(a) - rankSeverity(b));
  const groups = [...Map.groupBy(ranked, ({ severity, check }) => `${severity} ${check}`).values()];
  const notice = unread === undefined ? [] : html`<p class="notice">${unread}</p>`;
  return html`<section aria-labelledby="problems">
    <h2 id="problems">Problems</h2>
    <p>${summarizeProblems(problems)}</p>
    ${notice}${groups.map((group) => renderCheck(group, prefix))}
  </section>`;
}

/** `2 errors and 1 warning.` */
export function summarizeProblems(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  const told = [
    ...(errors > 0 ? [plural(errors, "error")] : []),
    ...(warnings > 0 ? [plural(warnings, "warning")] : []),
  ];
  const harmless = errors > 0 || warnings === 0 ? "" : " Warnings do not change the outcome.";
  return told.length === 0 ? "No problems." : `${told.join(" and ")}.${harmless}`;
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
      >${renderFact("expected", withoutName(expected, subject))}${renderFact("found", observed)}</span
    >
  </li> `;
}

function renderFact(word: string, what: string): Html {
  return what === "" ? html`` : html`<span>${word}: <bdi>${what}</bdi></span> `;
}

/** Most checks repeat the file's name, which is long and stands above already. */
function withoutName(expected: string, subject: string): string {
  const name = subject.slice(subject.lastIndexOf("/") + 1);
  return expected.replace(` in ${name}`, " in it").replace(name, "").replace("  ", " ").trim();
}

/** `segment-missing` is `Segment missing`: the ids are made to be read. */
function formatCheckId(check: string): string {
  const words = check.replaceAll("-", " ").replace("mp4", "MP4");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function rankSeverity({ severity }: Problem): number {
  return severity === "error" ? 0 : 1;
}
