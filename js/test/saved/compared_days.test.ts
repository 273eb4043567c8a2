import { describe, expect, it } from "vitest";
import { CustomRange } from "../../src/saved/custom_range";
import type { Page, SavedView } from "../../src/saved/page";
import { Pool } from "../../src/saved/series";
import type { Selection } from "../../src/wire/selection";
import { dayTemplate, sixDays } from "../support/days";
import { glossary, selection, state } from "../support/fixture";

const model = dayTemplate(
  "Days in UTC · hatched: may still grow · dashed: period before, 1 to 7 Feb 2026",
);
const lines = { "campaign||users": 0, "campaign||conversions": 1 };
const wire = state() as unknown as SavedView["state"];
const look = {
  selection: { range: "whole" },
  state: {
    ...wire,
    _glossary: glossary,
    _status: { ...wire._status, zone: "UTC" },
  },
  blocks: [
    {
      every: "1d",
      cumulative: false,
      words: ", per day",
      models: Array.from({ length: 8 }, () => model),
      lines,
      forecasts: { "campaign||users": [[4, 2, 9]] },
    },
    { every: "1d", cumulative: true, words: ", cumulative", models: [], lines: {} },
  ],
  adds: Object.keys(lines),
  cells: {},
} as unknown as SavedView;
const page = {
  axes: [sixDays],
  // Conversions of the last days may still grow.
  names: { "campaign||users": ["users", 0], "campaign||conversions": ["conversions", 2] },
} as unknown as Page;
const numbers = [
  [4, 0, 2, 7, 1, 3],
  [1, 1, 0, 2, 0, 0],
] as Page["pool"];

/** What the line of some days, six of which there are from 1 March on, says of others, and their numbers. */
function beside(
  compare: Selection["compare"],
  span: [number, number],
  metric = "users",
): [string, (number | null)[]] | undefined {
  const days = CustomRange.of(look, page, new Pool(numbers))!;
  const line = days.line({ ...selection, metric, every: "1d", compare }, span);
  if (line === undefined) return undefined;
  const { caption } = line._chart as { caption: string };
  const series = line._series as { previous: number | null }[];
  return [caption, series.map((one) => one.previous)];
}
const said = (words: string) => `Days in UTC · ${words}`;
const uneven = ", not at equal age: its entries had";

describe("some days of a saved page beside others", () => {
  it("name the days, and have a number for each that there is", () => {
    expect(beside(true, [3, 4])).toEqual([
      said("dashed: period before, 2 Mar to 3 Mar 2026"),
      [0, 2],
    ]);
    expect(beside("2026-03-01", [3, 4])).toEqual([said("dashed: 1 Mar to 2 Mar 2026"), [4, 0]]);
    expect(beside("2026-03-06", [0, 1])).toEqual([said("dashed: 6 Mar to 7 Mar 2026"), [3, null]]);
    expect(beside(true, [1, 2])).toEqual([
      said("dashed: period before, 28 Feb to 1 Mar 2026"),
      [0, 4],
    ]);
  });
  it("say where there are none", () => {
    expect(beside("last_year", [3, 4])).toEqual([
      said("dashed: a year before, 4 Mar to 5 Mar 2025: before the campaign began"),
      [0, 0],
    ]);
    expect(beside("2026-03-07", [3, 4])).toEqual([
      said("nothing to compare in 7 Mar to 8 Mar 2026"),
      [null, null],
    ]);
    expect(beside("campaign", [3, 4])).toBeUndefined();
  });
  it("say whether these had longer or less time to convert", () => {
    expect(beside(true, [4, 5], "conversions")).toEqual([
      `Days in UTC · hatched: may still grow · dashed: period before, 3 Mar to 4 Mar 2026${uneven} longer to convert`,
      [0, 2],
    ]);
    expect(beside(true, [3, 4], "conversions")?.[0]).toBe(
      said("dashed: period before, 2 Mar to 3 Mar 2026"),
    );
    expect(beside("2026-03-05", [0, 1], "conversions")?.[0]).toBe(
      said(`dashed: 5 Mar to 6 Mar 2026${uneven} less time to convert`),
    );
    expect(beside("2026-03-04", [0, 1], "conversions")?.[0]).toBe(
      said("dashed: 4 Mar to 5 Mar 2026"),
    );
    // These days themselves: neither is younger.
    expect(beside("2026-03-05", [4, 5], "conversions")?.[0]).toContain("longer to convert");
    // What cannot grow has one age.
    expect(beside("2026-03-05", [0, 1])?.[0]).toBe(said("dashed: 5 Mar to 6 Mar 2026"));
  });
});

it("some days of a saved page have the forecast of theirs, but of no running total", () => {
  const days = CustomRange.of(look, page, new Pool(numbers))!;
  const [single, total] = [false, true].map((cumulative) => {
    const line = days.line(
      { ...selection, metric: "users", every: "1d", compare: false, cumulative },
      [3, 5],
    )!;
    return (line._series as { forecast_low: number; forecast_high: number }[]).map((one) => [
      one.forecast_low,
      one.forecast_high,
    ]);
  });
  const none = [null, null];
  expect(single).toEqual([none, [2, 9], none]);
  expect(total).toEqual([none, none, none]);
});
