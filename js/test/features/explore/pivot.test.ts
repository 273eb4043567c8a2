import { describe, expect, it } from "vitest";
import {
  byTime,
  columnsDiffer,
  pivotCsv,
  pivotOf,
  rowsDiffer,
  sorted,
} from "../../../src/features/explore/pivot";
import type { Note } from "../../../src/wire/annotations";
import type { SeriesRow, Totals } from "../../../src/wire/chart";
import { ofNoRate } from "../../support/bytes";

const row = (time_ms: number, by: string, value: number | null, open = false): SeriesRow => ({
  time_ms,
  start: `day ${time_ms}`,
  value,
  previous: null,
  by,
  open,
  ...ofNoRate,
});

const rows = [
  row(1, "ios", 4),
  row(1, "=android", 1),
  row(2, "ios", null),
  row(2, "=android", 7, true),
  row(3, "ios", 9),
];

const one = (value: number | null) => ({ value, base: null });
const totals: Totals = {
  key: {
    metric: "users",
    action: null,
    channel: null,
    every: "1d",
    cumulative: false,
    by: "platform",
    compare: false,
  },
  periods: [5, 7, 8].map((value, at) => ({ time_ms: at + 1, ...one(value) })),
  groups: [
    { by: "=android", ...one(8) },
    { by: "ios", ...one(10) },
  ],
  all: one(15),
  code: "",
};
const values = (cells: ({ value: number | null } | null)[]): (number | null)[] =>
  cells.map((cell) => cell?.value ?? null);

describe("a breakdown as a table", () => {
  const pivot = pivotOf(rows, totals, false);

  it("has a row for each interval and a column for each group, with the totals that it was given", () => {
    expect(pivot.groups).toEqual(["ios", "=android"]);
    expect(pivot.rows.map(({ cells, total }) => [...values(cells), total?.value])).toEqual([
      [4, 1, 5],
      [null, 7, 7],
      [9, null, 8],
    ]);
    expect(pivot.rows.map(({ start }) => start)).toEqual(["day 1", "day 2", "day 3"]);
    expect(values(pivot.totals)).toEqual([10, 8, 15]);
  });
  it("has no totals of a part, and none before they are known", () => {
    expect(values(pivotOf(rows, totals, true).totals)).toEqual([null, null, null]);
    expect(pivotOf(rows, totals, true).rows.map(({ total }) => total?.value)).toEqual([5, 7, 8]);
    const bare = pivotOf(rows, null, false);
    expect(bare.rows.map(({ total }) => total)).toEqual([null, null, null]);
    expect(rowsDiffer(bare) || columnsDiffer(bare)).toBe(false);
  });
  it("says when a total is no sum", () => {
    // Nine on the third day, of eight: somebody is in two groups.
    expect(rowsDiffer(pivot)).toBe(true);
    const periods = totals.periods.map((each, at) => ({ ...each, value: [5, 7, 9][at] ?? 0 }));
    const summed = pivotOf(rows, { ...totals, periods }, false);
    expect(rowsDiffer(summed)).toBe(false);
    // Thirteen over the days, of ten users.
    expect(columnsDiffer(summed)).toBe(true);
    const groups = totals.groups.map((each) => ({ ...each, value: each.by === "ios" ? 13 : 8 }));
    const added = { ...totals, periods, groups, all: one(21) };
    expect(columnsDiffer(pivotOf(rows, added, false))).toBe(false);
  });
  it("is sorted by any column, what has no number last", () => {
    const days = (by: number | "time", down: boolean): number[] =>
      sorted(pivot, { by, down }).map((each) => each.time_ms);
    expect(days("time", false)).toEqual([1, 2, 3]);
    expect(days("time", true)).toEqual([3, 2, 1]);
    expect(days(0, true)).toEqual([3, 1, 2]);
    expect(days(0, false)).toEqual([1, 3, 2]);
    expect(days(1, true)).toEqual([2, 1, 3]);
    expect(days(2, true)).toEqual([3, 2, 1]);
  });
  it("is copied with what is noted of its intervals, one by one", () => {
    const sale: Note = { at: 2, kind: "own", text: "=Sale" };
    const noted = [{ time: 2, start: "day 2", notes: [sale, { ...sale, text: "B, too" }] }];
    expect(pivotCsv(pivot, byTime, noted, "period before")).toBe(
      "start_utc,period,ios,'=android,total,notes\n" +
        "1970-01-01T00:00:00.001Z,day 1,4,1,5,\n" +
        '1970-01-01T00:00:00.002Z,day 2,,7,7,"\'=Sale · B, too"\n' +
        "1970-01-01T00:00:00.003Z,day 3,9,,8,\n" +
        ",total,10,8,15,\n",
    );
  });
  it("is copied with what it is compared with, in columns of their own", () => {
    const compared = rows.map((each) => ({ ...each, previous: (each.value ?? 2) * 10 }));
    expect(pivotCsv(pivotOf(compared, totals, false), byTime, [], "a year before")).toBe(
      "start_utc,period,ios,'=android,total,ios (a year before),'=android (a year before)\n" +
        "1970-01-01T00:00:00.001Z,day 1,4,1,5,40,10\n" +
        "1970-01-01T00:00:00.002Z,day 2,,7,7,20,70\n" +
        "1970-01-01T00:00:00.003Z,day 3,9,,8,90,\n" +
        ",total,10,8,15,,\n",
    );
  });
  it("is copied as it stands, and disarmed", () => {
    expect(pivotCsv(pivot, { by: 0, down: true }, [], "period before")).toBe(
      "start_utc,period,ios,'=android,total\n" +
        "1970-01-01T00:00:00.003Z,day 3,9,,8\n" +
        "1970-01-01T00:00:00.001Z,day 1,4,1,5\n" +
        "1970-01-01T00:00:00.002Z,day 2,,7,7\n" +
        ",total,10,8,15\n",
    );
    expect(pivotCsv(pivotOf(rows, null, false), byTime, [], "period before")).not.toContain(
      "\n,total",
    );
  });
});

describe("a table of a breakdown in any order", () => {
  const mixed = pivotOf(
    [row(3, "a", 2), row(1, "a", null), row(2, "a", 9), row(4, "b", 1), row(1, "b", 5)],
    null,
    false,
  );
  const times = (by: number | "time", down: boolean): number[] =>
    sorted(mixed, { by, down }).map(({ time_ms }) => time_ms);
  it("stands by time, whichever group has an interval first", () => {
    expect(mixed.rows.map(({ time_ms }) => time_ms)).toEqual([1, 2, 3, 4]);
    expect(mixed.rows[1]!.cells[1]).toBeNull();
    expect(byTime).toEqual({ by: "time", down: false });
    expect([times("time", false), times("time", true)]).toEqual([
      [1, 2, 3, 4],
      [4, 3, 2, 1],
    ]);
  });
  it("sorts numbers both ways, with those that are not known last", () => {
    expect(times(0, false)).toEqual([3, 2, 1, 4]);
    expect(times(0, true)).toEqual([2, 3, 1, 4]);
    expect(times(1, true).slice(0, 2)).toEqual([1, 4]);
  });
  it("has what is compared where a single number is", () => {
    const earlier = { ...row(2, "b", 3), previous: 8 };
    const some = pivotOf([row(1, "a", 1), row(2, "a", 2), earlier], null, false);
    expect(pivotCsv(some, byTime, [], "week before").split("\n")[0]).toBe(
      "start_utc,period,a,b,total,a (week before),b (week before)",
    );
    expect(pivotCsv(mixed, byTime, [], "week before").split("\n")[0]).toBe(
      "start_utc,period,a,b,total",
    );
  });
});
