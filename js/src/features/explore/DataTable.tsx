// The table behind a chart, and its numbers as CSV. A long one only holds the rows in sight.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { exact, exactValue, interval, isOfFew, perCent, raw } from "../../ui/format";
import { usePaper } from "../../ui/paper";
import { ScrollRegion } from "../../ui/regions";
import { capitalised } from "../../ui/text";
import {
  forecast,
  known,
  notesOf,
  otherName,
  rowHeight,
  type SeriesTable,
  shortTable,
  slice,
} from "./table";

/** The place of rows that are scrolled out of sight. */
export const Gap = ({ rows }: { rows: number }): JSX.Element | null =>
  rows > 0 ? (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without cells takes no focus.
    <tr aria-hidden="true" style={{ height: `${rows * rowHeight}px` }} />
  ) : null;

/** What is noted of a row's interval, behind its name. */
export function RowNotes({ notes }: { notes: string }): JSX.Element | null {
  return notes === "" ? null : (
    <>
      {" "}
      <span class="rw-muted rw-table-notes" data-tip={notes}>
        · <bdi>{notes}</bdi>
      </span>
    </>
  );
}

export function DataTable(props: Omit<SeriesTable, "by">): JSX.Element {
  const { rows, entry, label, compare, noted } = props;
  const [scrolled, setScrolled] = useState(0);
  const [first, last] = slice(rows.length, scrolled, usePaper());
  const long = rows.length > shortTable;
  const has = new Set<string>(known(rows));
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
            <th scope="col" class="rw-num" data-tip={entry.approximate?.within}>
              {label}
            </th>
            {has.has("low") && (
              <th scope="col" class="rw-num">
                {perCent("95")} interval
              </th>
            )}
            {has.has("base") && (
              <th scope="col" class="rw-num">
                {`Of ${entry.base}`}
              </th>
            )}
            {compare && (
              <>
                <th scope="col">Compared with</th>
                <th scope="col" class="rw-num">
                  {capitalised(otherName(props))}
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          <Gap rows={first} />
          {rows.slice(first, last).map((row, index) => (
            <tr key={row.time_ms} data-time={row.time_ms} aria-rowindex={first + index + 2}>
              <th scope="row">
                {row.start}
                {row.open && (
                  <span class="rw-muted">
                    {" "}
                    · still open{forecast(row) && `, may become ${forecast(row)}`}
                  </span>
                )}
                <RowNotes notes={notesOf(noted, row)} />
              </th>
              <td
                class={isOfFew(row.base, entry) ? "rw-num rw-few" : "rw-num"}
                data-value={raw(row.value)}
              >
                {exactValue(row.value, entry)}
              </td>
              {has.has("low") && <td class="rw-num rw-spread">{interval(row)}</td>}
              {has.has("base") && (
                <td class="rw-num rw-muted">
                  {isOfFew(row.base, entry) && "only "}
                  {exact(row.base)}
                </td>
              )}
              {compare && (
                <>
                  <td class="rw-muted">{row.previous_start ?? ""}</td>
                  <td class="rw-num">{exactValue(row.previous, entry)}</td>
                </>
              )}
            </tr>
          ))}
          <Gap rows={rows.length - last} />
        </tbody>
      </table>
    </ScrollRegion>
  );
}
