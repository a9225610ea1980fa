/**
 * Tables and lists that stay readable on a phone, by ear, and in a page of bounded size.
 *
 * A narrow screen shows each row as a block, with the column's name beside each value. The roles are written out, because
 * browsers forget that a table is one when its rows are laid out differently.
 */
import { plural } from "../lib/quantities.ts";
import { html, type Html } from "./html.ts";

/** A day of snapshots would be megabytes; whoever wants every one of them reads the manifest. */
export const MOST_ROWS = 200;

type Cell = Html | string;

type Table = {
  caption: string;
  /** The first names the rows. */
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
};

/** A table of at most 200 rows, which says how many it leaves out; nothing where there are none. */
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

/** Content behind a line that opens it. */
export function renderDetails(summary: string, content: Html): Html {
  return html`<details>
    <summary>${summary}</summary>
    ${content}
  </details>`;
}

/** Names and values. */
export function renderFacts(pairs: readonly (readonly [name: string, value: Cell])[]): Html {
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
