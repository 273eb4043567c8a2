import { describe, expect, it } from "vitest";
import { captionOf, captionOfDays, lineOf, seriesRows } from "../../src/saved/lines";
import type { ChartTemplate } from "../../src/saved/page";
import { Pool } from "../../src/saved/series";

const axis = { time_ms: [10, 20, 30, 40], start: ["a", "b", "c", "d"] };
const template = { open: 2 } as ChartTemplate;
const pool = new Pool([
  [1, 5, 2, 3],
  [10, 10, 0, 4],
]);

describe("the rows of a line", () => {
  it("have what a rate is taken of and its interval", () => {
    const rows = seriesRows(lineOf(pool, [0, 1]), {
      axis,
      template,
      places: [0, 1, 2, 3],
      proportion: true,
      previous: { values: [0.5], from: 2 },
      forecasts: [[3, 0.7, 0.9]],
    });
    expect(rows.map(({ value, base, previous, open }) => [value, base, previous, open])).toEqual([
      [0.1, 10, 0.5, false],
      [0.5, 10, null, false],
      [null, 0, null, true],
      [0.75, 4, null, true],
    ]);
    expect(rows.map((row) => row.previous_start)).toEqual(["c", "d", null, null]);
    expect(rows[1]!.low).toBeCloseTo(0.236593, 6);
    expect(rows[1]!.high).toBeCloseTo(0.763407, 6);
    expect(rows[2]).toMatchObject({ low: null, high: null, forecast_low: null });
    expect(rows[3]).toMatchObject({ forecast_low: 0.7, forecast_high: 0.9, start: "d" });
  });
  it("have none where it is no proportion, or no rate", () => {
    const all = { axis, template, places: [1, 2] };
    const ratio = seriesRows(lineOf(pool, [0, 1]), { ...all, proportion: false });
    expect(ratio[0]).toMatchObject({ value: 0.1, base: 10, low: null, high: null, start: "b" });
    const count = seriesRows(lineOf(pool, 0), { ...all, proportion: true });
    expect(count[0]).toMatchObject({ value: 1, base: null, low: null });
  });
  it("have a caption that says so", () => {
    const [row] = seriesRows(lineOf(pool, [0, 1]), {
      axis,
      template,
      places: [0],
      proportion: true,
    });
    expect(captionOf("Days in UTC · hatched: may still grow", "few", [row!])).toBe(
      "Days in UTC · few · band: 95 % interval · hatched: may still grow",
    );
    expect(captionOf("Days in UTC", "", [{ ...row!, low: null }])).toBe("Days in UTC");
  });
  it("of some days say with which others these are compared", () => {
    const whole = "Days in UTC · hatched: may still grow · dashed: period before, 1 to 7 Feb 2026";
    const other = "dashed: 15 Jan to 21 Jan 2026";
    expect(captionOfDays(whole, true, other)).toBe(
      "Days in UTC · hatched: may still grow · dashed: 15 Jan to 21 Jan 2026",
    );
    expect(captionOfDays(whole, false, other)).toBe("Days in UTC · dashed: 15 Jan to 21 Jan 2026");
    expect(captionOfDays("days · dashed: a year before", true, other)).toBe(`days · ${other}`);
  });
});
