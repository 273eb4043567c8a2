import { describe, expect, it } from "vitest";
import { csv, forecast, slice } from "../../../src/features/explore/table";
import type { SeriesRow } from "../../../src/wire/chart";
import { ofNoRate } from "../../support/bytes";
import { entry } from "../../support/snapshot";

describe("a long table", () => {
  it("holds the rows in sight and some around them", () => {
    expect(slice(400, 9999)).toEqual([0, 400]);
    expect(slice(401, 0)).toEqual([0, 60]);
    expect(slice(5000, 26 * 20 - 1)).toEqual([0, 60]);
    expect(slice(5000, 26 * 21)).toEqual([1, 61]);
    expect(slice(5000, 26 * 1000)).toEqual([980, 1040]);
    expect(slice(5000, 26 * 5000)).toEqual([4940, 5000]);
    expect(slice(5000, 0, "printed")).toEqual([0, 5000]);
  });
});

describe("CSV", () => {
  const row = (more: Partial<SeriesRow>): SeriesRow => ({
    time_ms: Date.UTC(2026, 2, 12),
    start: "Thu 12 Mar 2026",
    value: 1234.5,
    previous: null,
    by: null,
    open: false,
    ...ofNoRate,
    ...more,
  });
  const table = { entry: entry("Users"), label: "Users", by: null, compare: false, noted: [] };

  it("holds every row, unrounded", () => {
    const rows = [row({}), row({ value: null, open: true })];
    expect(csv({ ...table, rows })).toBe(
      "start_utc,period,Users,open\n" +
        "2026-03-12T00:00:00.000Z,Thu 12 Mar 2026,1234.5,no\n" +
        "2026-03-12T00:00:00.000Z,Thu 12 Mar 2026,,yes\n",
    );
  });
  it("has columns for the breakdown and the period before", () => {
    const rows = [row({ by: "ios", previous: 7, previous_start: "Thu 5 Mar 2026" })];
    expect(csv({ ...table, rows, by: "platform", compare: true })).toBe(
      "start_utc,period,platform,Users,compared with,period before,open\n" +
        "2026-03-12T00:00:00.000Z,Thu 12 Mar 2026,ios,1234.5,Thu 5 Mar 2026,7,no\n",
    );
    expect(csv({ ...table, rows, compare: "2026-03-05" })).toContain(",other days,open\n");
  });
  it("names the campaign that it is compared with, which no other comparison has", () => {
    const head = (compare: boolean | string, campaign: string | null) =>
      csv({ ...table, rows: [], compare, campaign }).split(",compared with,")[1];
    expect(head("campaign", "Spring, again")).toBe('"Spring, again",open\n');
    expect(head("campaign", null)).toBe("other days,open\n");
    expect(head("last_year", "Spring")).toBe("a year before,open\n");
    expect(head("2026-03-05", "Spring")).toBe("other days,open\n");
  });
  it("has the numbers behind a rate of which any row has one, and a forecast in words", () => {
    const rows = [
      row({ value: 0.5, low: 0.25, high: 0.75 }),
      row({ value: 0.1, low: null, base: 9 }),
    ];
    expect(csv({ ...table, rows })).toBe(
      "start_utc,period,Users,base,low,high,open\n" +
        "2026-03-12T00:00:00.000Z,Thu 12 Mar 2026,0.5,,0.25,0.75,no\n" +
        "2026-03-12T00:00:00.000Z,Thu 12 Mar 2026,0.1,9,,,no\n",
    );
    expect(forecast(row({}))).toBeNull();
    expect(forecast(row({ forecast_low: 0.25, forecast_high: 0.75 }))).toBe("25.0–75.0\u202f%");
  });
  it("ends with what is noted of a row", () => {
    const notes = [{ at: 0, text: "=Sale, half off", kind: "own" as const }];
    const noted = [{ time: Date.UTC(2026, 2, 12), start: "", notes }];
    const rows = [row({}), row({ time_ms: 0 })];
    expect(csv({ ...table, rows, noted })).toBe(
      "start_utc,period,Users,open,notes\n" +
        `2026-03-12T00:00:00.000Z,Thu 12 Mar 2026,1234.5,no,"'=Sale, half off"\n` +
        "1970-01-01T00:00:00.000Z,Thu 12 Mar 2026,1234.5,no,\n",
    );
  });
  it("says how near an estimate is", () => {
    const approximate = { within: "within 2 %", numerator: true, denominator: false };
    expect(csv({ ...table, rows: [], entry: entry("Users", { approximate }) })).toBe(
      'start_utc,period,"Users (≈, within 2 %)",open\n',
    );
  });
  it.each([
    ["plain - text=1", "plain - text=1"],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", "'\tx"],
    ["\rx", `"'\rx"`],
    ['say "hi"', '"say ""hi"""'],
    ["a,b", '"a,b"'],
    ["a\nb", '"a\nb"'],
    ["a\rb", '"a\rb"'],
  ])("keeps %j from acting in a spreadsheet", (by, text) => {
    const lines = csv({ ...table, rows: [row({ by })], by: "group" });
    expect(lines).toBe(
      `start_utc,period,group,Users,open\n2026-03-12T00:00:00.000Z,Thu 12 Mar 2026,${text},1234.5,no\n`,
    );
  });
});
