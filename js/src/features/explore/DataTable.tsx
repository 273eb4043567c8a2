// The table behind a chart, and its numbers as CSV. A long one only holds the rows in sight.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { raw, said } from "../../ui/format";
import { ScrollRegion } from "../../ui/regions";
import type { SeriesRow } from "../../wire/chart";
import type { GlossaryEntry } from "../../wire/wire";

interface Props {
  rows: SeriesRow[];
  entry: GlossaryEntry;
  label: string;
  by: string | null;
  compare: boolean;
}

const rowHeight = 26;
/** Tables up to here are there as a whole. */
const short = 400;
/** Rows drawn of a longer one: the box shows twelve. */
const drawn = 60;

/** Which rows a scrolled box needs: some before and some after those in sight. */
export function slice(count: number, scrolled: number): [first: number, last: number] {
  if (count <= short) return [0, count];
  const first = Math.min(count - drawn, Math.max(0, Math.floor(scrolled / rowHeight) - drawn / 3));
  return [first, first + drawn];
}

/** The place of rows that are scrolled out of sight. */
const Gap = ({ rows }: { rows: number }): JSX.Element | null =>
  rows > 0 ? (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without cells takes no focus.
    <tr aria-hidden="true" style={{ height: `${rows * rowHeight}px` }} />
  ) : null;

export function DataTable({ rows, entry, label, by, compare }: Props): JSX.Element {
  const [scrolled, setScrolled] = useState(0);
  const [first, last] = slice(rows.length, scrolled);
  const long = rows.length > short;
  return (
    <ScrollRegion
      class={`rw-table${long ? " rw-table-long" : ""}`}
      label={`${label}, as a table`}
      onScroll={long ? (event) => setScrolled(event.currentTarget.scrollTop) : undefined}
    >
      <table data-testid="explore-table" aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            <th scope="col">Period</th>
            {by && <th scope="col">{by}</th>}
            <th scope="col" class="rw-num" title={entry.approximate?.within}>
              {label}
            </th>
            {compare && (
              <th scope="col" class="rw-num">
                Period before
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          <Gap rows={first} />
          {rows.slice(first, last).map((row, index) => (
            <tr
              key={`${row.time_ms} ${row.by}`}
              data-time={row.time_ms}
              aria-rowindex={first + index + 2}
            >
              <th scope="row">
                {row.start}
                {row.open && <span class="rw-muted"> · still open</span>}
              </th>
              {by && <td>{row.by ?? "none"}</td>}
              <td class="rw-num" data-value={raw(row.value)}>
                {said(row.value, entry)}
              </td>
              {compare && <td class="rw-num">{said(row.previous, entry)}</td>}
            </tr>
          ))}
          <Gap rows={rows.length - last} />
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** Quoted where needed; a leading =, +, - or @ in text is disarmed, since the data's own words end in a spreadsheet. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

export function csv({ rows, entry, label, by, compare }: Props): string {
  const named = entry.approximate ? `${label} (≈, ${entry.approximate.within})` : label;
  const head = [
    "start_utc",
    "period",
    ...(by ? [by] : []),
    named,
    ...(compare ? ["period before"] : []),
    "open",
  ];
  const lines = rows.map((row) => [
    new Date(row.time_ms).toISOString(),
    row.start,
    ...(by ? [row.by] : []),
    row.value,
    ...(compare ? [row.previous] : []),
    row.open ? "yes" : "no",
  ]);
  return [head, ...lines].map((line) => `${line.map(cell).join(",")}\n`).join("");
}
