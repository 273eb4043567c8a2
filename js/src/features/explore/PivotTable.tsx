// The table behind a breakdown: intervals down, groups across, the totals of both; any column sorts it.
import type { JSX } from "preact";
import { CopyButton } from "../../ui/Controls";
import { exactValue, interval, isOfFew, ofSome, perCent, raw } from "../../ui/format";
import { useKept } from "../../ui/kept";
import { useSnapshot } from "../../ui/view";
import type { SeriesRow, Total } from "../../wire/chart";
import type { GlossaryEntry } from "../../wire/glossary";
import { LongTable, RowNotes } from "./DataTable";
import type { Noted } from "./notes";
import {
  byTime,
  columnsDiffer,
  isCompared,
  type Pivot,
  type PivotRow,
  pivotCsv,
  pivotOf,
  rowsDiffer,
  type Sort,
  sorted,
} from "./pivot";
import { notesOf, otherName, type SeriesTable } from "./table";
import { useTotals } from "./useTotals";

interface Props extends SeriesTable {
  by: string;
  /** Some intervals of the range are in the rows, or some of its groups. */
  isPart: boolean;
}

interface HeadProps {
  name: string;
  column: Sort["by"];
  sort: Sort;
  setSort: (sort: Sort) => void;
}

function Head({ name, column, sort, setSort }: HeadProps): JSX.Element {
  const isSorted = sort.by === column;
  return (
    <th
      scope="col"
      class={column === "time" ? "" : "rw-num"}
      aria-sort={isSorted ? (sort.down ? "descending" : "ascending") : undefined}
    >
      <button
        type="button"
        class="rw-sort"
        // Numbers start with the largest, days with the first.
        onClick={() => setSort({ by: column, down: isSorted ? !sort.down : column !== "time" })}
      >
        <bdi>{name}</bdi>
        {isSorted && <span aria-hidden="true">{sort.down ? "↓" : "↑"}</span>}
      </button>
    </th>
  );
}

interface CellProps {
  of: (Total & Partial<SeriesRow>) | null;
  entry: GlossaryEntry;
  /** What the numbers before are called. */
  before: string;
  /** Why there is none. */
  why?: string;
}

/** Details of a number: a rate's base, its interval, what it is compared with. */
function behind(
  { value, base, low = null, high = null, ...more }: Total & Partial<SeriesRow>,
  entry: GlossaryEntry,
  before: string,
): string {
  const { previous = null, previous_start: start } = more;
  const spread = interval({ low, high });
  return [
    entry.unit === "rate" && ofSome({ value, base }, entry),
    spread && `${perCent("95")} interval ${spread}`,
    previous !== null && `${before}${start ? `, ${start}` : ""}: ${exactValue(previous, entry)}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** A number of a row or of the margins, and what it is compared with. */
function Cell({ of, entry, before, why }: CellProps): JSX.Element {
  const previous = of?.previous ?? null;
  return (
    <td
      class={of && isOfFew(of.base, entry) ? "rw-num rw-few" : "rw-num"}
      data-value={raw(of?.value ?? null)}
      data-tip={(of ? behind(of, entry, before) : why) || undefined}
    >
      {exactValue(of?.value ?? null, entry)}
      {previous !== null && (
        <small class="rw-muted" data-previous={raw(previous)}>
          {exactValue(previous, entry)}
        </small>
      )}
    </td>
  );
}

/** What the totals are, where they are not what a sum would be. */
function said(pivot: Pivot, entry: GlossaryEntry, cumulative: boolean, why: string): string {
  if (why) return `No totals: ${why}`;
  if (pivot.rows.every(({ total }) => total === null)) return "";
  if (entry.unit === "seconds") return "Totals cover everyone; they are not means of the columns.";
  if (entry.unit === "rate") return "Totals are rates over everyone, not means of the columns.";
  if (rowsDiffer(pivot))
    return "Totals cover everyone: users in two groups count once, and users in none of these groups are included.";
  return !cumulative && columnsDiffer(pivot) ? "A total counts each user once." : "";
}

interface BodyProps {
  rows: PivotRow[];
  entry: GlossaryEntry;
  before: string;
  why: string;
  noted: Noted[];
}

function Body({ rows, entry, before, why, noted }: BodyProps) {
  return rows.map(({ time_ms, start, open, cells, total }) => (
    <tr key={time_ms} data-time={time_ms}>
      <th scope="row">
        {start}
        {open && <span class="rw-muted"> · still open</span>}
        <RowNotes notes={notesOf(noted, { time_ms })} />
      </th>
      {cells.map((one, at) => (
        <Cell key={at} of={one} entry={entry} before={before} />
      ))}
      <Cell of={total} entry={entry} before={before} why={why} />
    </tr>
  ));
}

export function PivotTable(props: Props): JSX.Element {
  const { rows, entry, label, by, isPart, noted } = props;
  const { totals, why } = useTotals();
  const { cumulative } = useSnapshot().chart.key;
  const [sort, setSort] = useKept("sort", byTime, by);
  const pivot = pivotOf(rows, totals, isPart);
  const lines = sorted(pivot, sort);
  const before = otherName(props);
  const compared = isCompared(pivot);
  const hasBelow = pivot.totals.some((one) => one !== null);
  const heads: [string, Sort["by"]][] = [...pivot.groups, "Total"].map((name, at) => [name, at]);
  return (
    <>
      <div class="rw-pivot-top">
        <p class="rw-caption">
          {[compared && `Second, in grey: ${before}.`, said(pivot, entry, cumulative, why)]
            .filter(Boolean)
            .join(" ")}
        </p>
        <CopyButton
          label="Copy this table as CSV"
          text={() => pivotCsv(pivot, sort, noted, before)}
        >
          Table as CSV
        </CopyButton>
        {totals && (
          <CopyButton label={`Copy Python: ${totals.code}`} text={() => totals.code}>
            Table in Python
          </CopyButton>
        )}
      </div>
      <LongTable
        class={compared ? "rw-pivot rw-pivot-compared" : "rw-pivot"}
        label={`${label} by ${by}, as a table`}
        testid="explore-pivot"
        count={lines.length}
        roving
        head={[["Period", "time"] as const, ...heads].map(([name, column]) => (
          <Head key={column} {...{ name, column, sort, setSort }} />
        ))}
        body={(first, last) => (
          <Body rows={lines.slice(first, last)} {...{ entry, before, why, noted }} />
        )}
        foot={
          hasBelow && (
            <>
              <th scope="row">Total</th>
              {pivot.totals.map((one, at) => (
                <Cell key={at} of={one} entry={entry} before={before} />
              ))}
            </>
          )
        }
      />
    </>
  );
}
