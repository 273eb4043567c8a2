// The table behind a chart, and its numbers as CSV. A long one only holds the rows in sight.

import type { ComponentChildren, JSX } from "preact";
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

interface LongTableProps {
  class?: string;
  label: string;
  testid: string;
  count: number;
  roving?: boolean;
  /** Cells of the row above. */
  head: ComponentChildren;
  /** The rows from a first to before a last one. */
  body: (first: number, last: number) => ComponentChildren;
  /** Cells of a row below. */
  foot?: ComponentChildren;
}

/** A table in a box; a long one has the rows in sight, and room in the place of the others. */
export function LongTable(props: LongTableProps): JSX.Element {
  const { count, foot, testid, ...box } = props;
  const [scrolled, setScrolled] = useState(0);
  const [first, last] = slice(count, scrolled, usePaper());
  const long = count > shortTable;
  const gap = (rows: number): JSX.Element | false =>
    rows > 0 && (
      // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without cells takes no focus.
      <tr aria-hidden="true" style={{ height: `${rows * rowHeight}px` }} />
    );
  return (
    <ScrollRegion
      label={box.label}
      roving={box.roving}
      class={`rw-table ${box.class ?? ""}${long ? " rw-table-long" : ""}`}
      onScroll={long ? (event) => setScrolled(event.currentTarget.scrollTop) : undefined}
    >
      <table data-testid={testid} aria-rowcount={count + (foot ? 2 : 1)}>
        <thead>
          <tr>{box.head}</tr>
        </thead>
        <tbody>
          {gap(first)}
          {box.body(first, last)}
          {gap(count - last)}
        </tbody>
        {foot && (
          <tfoot>
            <tr>{foot}</tr>
          </tfoot>
        )}
      </table>
    </ScrollRegion>
  );
}

export function DataTable(props: Omit<SeriesTable, "by">): JSX.Element {
  const { rows, entry, label, compare, noted } = props;
  const has = new Set<string>(known(rows));
  return (
    <LongTable
      label={`${label}, as a table`}
      testid="explore-table"
      count={rows.length}
      head={
        <>
          {" "}
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
        </>
      }
      body={(first, last) =>
        rows.slice(first, last).map((row, index) => (
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
        ))
      }
    />
  );
}
