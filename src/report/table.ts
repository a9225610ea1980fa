/**
 * Tables and lists that a phone and a screen reader can present, of bounded size.
 *
 * A narrow screen shows each row as a block, with the column's name beside each value. The roles are explicit, because
 * browsers drop a table's own roles when CSS changes how its rows are displayed.
 */
import { plural } from "../lib/quantities.ts";
import { html, type Html } from "./html.ts";

/** A day of snapshots would be megabytes; the manifest has all of them. */
export const MOST_ROWS = 200;

type Cell = Html | string;

export type Fact = readonly [name: string, value: Cell];

type Table = {
  caption: string;
  /** The first names the rows. */
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
};

/** A table of at most 200 rows, which says how many it leaves out; empty without rows. */
export function renderTable({ caption, columns, rows }: Table): Html {
  if (rows.length === 0) return html``;
  const heads = columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`);
  return html`<table role="table">
      <caption>
        ${caption}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${heads}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.slice(0, MOST_ROWS).map((cells) => renderRow(cells, columns))}
      </tbody>
    </table>
    ${renderLeftOut(rows.length, "row")}`;
}

/** Says what a list of at most 200 leaves out. */
export function renderLeftOut(total: number, noun: string): Html {
  return total <= MOST_ROWS
    ? html``
    : html`<p class="note">and ${plural(total - MOST_ROWS, `more ${noun}`)}, which the manifest holds</p>`;
}

/** Content behind a summary that opens it. */
export function renderDetails(summary: string, content: Html): Html {
  return html`<details>
    <summary>${summary}</summary>
    ${content}
  </details>`;
}

export function renderFacts(pairs: readonly Fact[]): Html {
  return html`<dl>
    ${pairs.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function renderRow([name = "", ...values]: readonly Cell[], columns: readonly string[]): Html {
  const cells = values.map((value, at) => html`<td role="cell" data-column="${columns[at + 1] ?? ""}">${value}</td>`);
  return html`<tr role="row">
    <th role="rowheader" scope="row">${name}</th>
    ${cells}
  </tr> `;
}
