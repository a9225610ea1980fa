/**
 * The style of the page: one column of text and the system's typeface. A colour never carries a state without its word.
 * Every pair of colours has the contrast of WCAG AA, light and dark; a test computes them.
 */
export const STYLE = `
:root {
  --paper: #ffffff; --panel: #f5f6f7; --ink: #1b1e22; --soft: #555c65; --rule: #d5d9de;
  --good: #17693f; --fair: #7a5200; --bad: #a8231c; --bar: #40698f; --wait: #6d5b93; --focus: #0b57d0;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --panel: #1d2125; --ink: #e6e8ea; --soft: #a5adb6; --rule: #363c43;
    --good: #6fcf9a; --fair: #e2b155; --bad: #ff9189; --bar: #79a9d6; --wait: #b6a3dd; --focus: #8ab4f8;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 3rem; max-width: 60rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
h1, h2, h3, p, ul, dl, dd { margin: 0; }
h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.4rem); line-height: 1.15; letter-spacing: -0.015em; margin: .5rem 0; text-wrap: balance; }
h2 { font-size: 1.25rem; line-height: 1.3; margin-bottom: .5rem; }
h3 { font-size: 1rem; line-height: 1.4; margin: 1.5rem 0 .25rem; }
section { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid var(--rule); }
footer { margin-top: 3rem; color: var(--soft); font-size: .875rem; }
code { font-family: var(--mono); font-size: .875em; unicode-bidi: isolate; }
code, bdi, h1, h3, .notice { overflow-wrap: anywhere; }
.note, .summary, .check, caption { color: var(--soft); font-size: .875rem; }
.note { display: block; }
.meaning { max-width: 45rem; }
.notice { border-left: 4px solid var(--fair); padding: .25rem 0 .25rem .75rem; margin-top: .75rem; }

header { border-left: 6px solid var(--tone); padding-left: 1.25rem; }
header.verified, .badge.verified { --tone: var(--good); }
header.damaged, header.incomplete, .badge.damaged, .badge.incomplete, header.lost, .badge.lost, .error { --tone: var(--bad); }
.warning { --tone: var(--fair); }
.badge { display: inline-block; border: 1.5px solid var(--tone); border-radius: .25rem; padding: 0 .5rem; color: var(--tone); font-size: .875rem; font-weight: 600; }
header .badge::first-letter { text-transform: uppercase; }

dl { display: grid; gap: .5rem 1.5rem; margin: 1rem 0; }
dl > div { display: grid; grid-template-columns: 7.5rem 1fr; gap: 0 1rem; }
dt { color: var(--soft); }
.figures dl { grid-template-columns: repeat(auto-fit, minmax(8.5rem, max-content)); gap: .75rem 2.5rem; margin: 1.5rem 0; }
.figures dl > div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dt { font-size: .875rem; }
.figures dd { font-size: 1.375rem; line-height: 1.3; }

.problem { margin-top: 1rem; padding: .75rem 1rem; border-left: 4px solid var(--tone); background: var(--panel); }
.problem h3 { margin: 0; }
.problem ul { list-style: none; padding: 0; }
.problem li { margin-top: .5rem; }
.problem .badge { margin-right: .25rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0 1rem; color: var(--soft); font-size: .9375rem; }
.problem details { margin-top: .75rem; }

.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin-top: .5rem; color: var(--soft); font-size: .875rem; }
.legend li { display: flex; align-items: center; gap: .5rem; }
.swatch { flex: none; }
.shapes { position: absolute; }
.timeline, .axis { display: block; overflow: visible; }
.timeline { margin-top: .25rem; }
.ending .summary { margin-top: .75rem; }
.time { fill: var(--panel); stroke: var(--rule); }
.tick { stroke: var(--rule); }
.axis text { fill: var(--soft); font-size: 12px; }
rect.recorded { fill: var(--bar); }
rect.wait { fill: var(--wait); }
rect.missing { fill: var(--bad); fill-opacity: .35; }
use { stroke-width: 2; fill: none; }
use.missing { stroke: var(--bad); fill: var(--bad); }
use.gap { stroke: var(--fair); fill: var(--paper); }
use.event { stroke: var(--paper); fill: var(--ink); stroke-width: 1.5; }
use.file { stroke: var(--bar); }

table { width: 100%; border-collapse: collapse; margin-top: 1rem; font-size: .9375rem; }
caption { text-align: left; padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .375rem 1rem .375rem 0; border-bottom: 1px solid var(--rule); }
thead th { color: var(--soft); font-weight: 500; font-size: .875rem; white-space: nowrap; }
tbody th { font-weight: 400; }
td:last-child, th:last-child { padding-right: 0; }
time { white-space: nowrap; }
.state { font-weight: 600; }
.state.missing { color: var(--bad); }
.state.gap { color: var(--fair); }

details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--focus); padding: .375rem 0; width: fit-content; }
summary:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }

@media (max-width: 40rem) {
  body { padding: 1.25rem 1rem 2rem; }
  header { padding-left: 1rem; }
  dl > div { grid-template-columns: 1fr; }
  .figures dl { grid-template-columns: 1fr 1fr; gap: .75rem 1rem; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  table, tbody, caption { display: block; }
  tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--rule); }
  th, td { display: block; border: 0; padding: .125rem 0; }
  td { display: grid; grid-template-columns: 6rem 1fr; gap: 0 .75rem; }
  td::before { content: attr(data-column) / ""; color: var(--soft); }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .timeline, .swatch, .problem { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  summary { color: var(--soft); }
  details::details-content { content-visibility: visible; display: block; }
  h2, h3, summary, caption { break-after: avoid; }
  tr, .problem li, .timeline { break-inside: avoid; }
  @page { margin: 16mm; }
}
`;
