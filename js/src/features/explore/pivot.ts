// A breakdown as a table: a row for each interval, a column for each group, totals at the right and below.
import type { SeriesRow, Total, Totals } from "../../wire/chart";
import type { Noted } from "./notes";
import { cell, notesOf } from "./table";

export interface PivotRow {
  time_ms: number;
  start: string;
  /** Its numbers may still grow. */
  open: boolean;
  /** In the order of the groups; null: the group has no row there. */
  cells: (SeriesRow | null)[];
  total: Total | null;
}

export interface Pivot {
  groups: string[];
  rows: PivotRow[];
  /** Of each group and of everyone, in the whole range; null: not known, or a part of the range is shown. */
  totals: (Total | null)[];
}

/** What rows are sorted by: the intervals, or the column of this number, the last of which is the total. */
export interface Sort {
  by: number | "time";
  down: boolean;
}

export const byTime: Sort = { by: "time", down: false };

/** @param isPart Whether only some intervals of the range, or some of its groups, are in the rows. */
export function pivotOf(rows: SeriesRow[], totals: Totals | null, isPart: boolean): Pivot {
  const groups = [...new Set(rows.map((row) => row.by ?? ""))];
  const place = new Map(groups.map((name, at) => [name, at]));
  const everyone = new Map(totals?.periods.map((one) => [one.time_ms, one]));
  const found = new Map<number, PivotRow>();
  for (const row of rows) {
    const { time_ms, start, open } = row;
    const cells = groups.map(() => null);
    const total = everyone.get(time_ms) ?? null;
    const line = found.get(time_ms) ?? { time_ms, start, open, cells, total };
    found.set(time_ms, line);
    line.cells[place.get(row.by ?? "") ?? 0] = row;
  }
  const own = new Map(totals?.groups.map((one) => [one.by, one]));
  return {
    groups,
    rows: [...found.values()].sort((one, other) => one.time_ms - other.time_ms),
    totals: [...groups.map((name) => own.get(name) ?? null), totals?.all ?? null].map((one) =>
      isPart ? null : one,
    ),
  };
}

const valueAt = ({ cells, total }: PivotRow, column: number): number | null =>
  (column < cells.length ? cells[column] : total)?.value ?? null;

/** The rows in order; what has no number stands last either way. */
export function sorted({ rows }: Pivot, { by, down }: Sort): PivotRow[] {
  const sign = down ? -1 : 1;
  if (by === "time") return [...rows].sort((one, other) => sign * (one.time_ms - other.time_ms));
  return [...rows].sort((one, other) => {
    const [first, second] = [valueAt(one, by), valueAt(other, by)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return sign * (first - second);
  });
}

const isOther = (total: Total | null, values: (number | null | undefined)[]): boolean => {
  const sum = values.reduce<number>((all, one) => all + (one ?? 0), 0);
  return total?.value != null && Math.abs(total.value - sum) > 1e-6 * Math.abs(sum);
};

/** Whether some interval's total is another number than the sum of its groups. */
export const rowsDiffer = ({ rows }: Pivot): boolean =>
  rows.some(({ cells, total }) =>
    isOther(
      total,
      cells.map((one) => one?.value),
    ),
  );

/** Whether the total of some column is another number than the sum of its intervals. */
export const columnsDiffer = ({ rows, totals }: Pivot): boolean =>
  totals.some((total, column) =>
    isOther(
      total,
      rows.map((row) => valueAt(row, column)),
    ),
  );

/** Whether anything in the table has a number that it is compared with. */
export const isCompared = ({ rows }: Pivot): boolean =>
  rows.some(({ cells }) => cells.some((one) => (one?.previous ?? null) !== null));

/** The table as it stands, unrounded. `before` is what the numbers are called that others are compared with. */
export function pivotCsv(pivot: Pivot, sort: Sort, noted: Noted[], before: string): string {
  const has = noted.length > 0;
  const compared = isCompared(pivot);
  const earlier = compared ? pivot.groups.map((name) => `${name} (${before})`) : [];
  const names = [...pivot.groups, "total", ...earlier];
  const head = ["start_utc", "period", ...names, ...(has ? ["notes"] : [])];
  const lines = sorted(pivot, sort).map(({ time_ms, start, cells, total }) => [
    new Date(time_ms).toISOString(),
    start,
    ...cells.map((one) => one?.value ?? null),
    total?.value ?? null,
    ...(compared ? cells.map((one) => one?.previous ?? null) : []),
    ...(has ? [notesOf(noted, { time_ms })] : []),
  ]);
  const numbers = pivot.totals.map((one) => one?.value ?? null);
  const below = ["", "total", ...numbers, ...earlier.map(() => null), ...(has ? [""] : [])];
  const all = pivot.totals.some((one) => one !== null) ? [...lines, below] : lines;
  return [head, ...all].map((line) => `${line.map(cell).join(",")}\n`).join("");
}
