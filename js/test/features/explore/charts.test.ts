import { describe, expect, it } from "vitest";
import { multipleSpacing, plotHeight } from "../../../../src/results_widgets/_shared/chart.json";
import { asOne, columnsFor, inColumns } from "../../../src/features/explore/charts";
import { byValue } from "../../../src/features/explore/marks";
import { filledChart } from "../../../src/saved/charts";
import type { ChartTemplate } from "../../../src/saved/page";
import type { ChartKey } from "../../../src/wire/chart";
import { ofNoRate } from "../../support/bytes";

const layer = [{ mark: "line" }];
const small = {
  params: [],
  transform: [{}],
  facet: { field: "by" },
  columns: 3,
  spacing: multipleSpacing,
  spec: { width: 200, height: 72, layer },
};

describe("a chart of small plots", () => {
  it("has as many beside one another as the box takes", () => {
    expect([1440, 560, 559, 320, 250].map(columnsFor)).toEqual([3, 3, 2, 2, 1]);
    expect(inColumns(small, 2)).toEqual({ ...small, columns: 2 });
    expect(inColumns({ layer }, 2)).toEqual({ layer });
  });

  it("becomes one plot for one of its groups", () => {
    expect(asOne(small)).toEqual({
      params: [],
      layer,
      width: "container",
      height: plotHeight,
      autosize: { type: "fit-x", contains: "padding" },
    });
    const plain = { layer };
    expect(asOne(plain)).toBe(plain);
  });
});

const row = (by: string, value: number | null, time_ms = 1) => ({
  ...ofNoRate,
  time_ms,
  start: "",
  value,
  previous: null,
  by,
  open: false,
});

it("reads the groups of an instant from the largest down", () => {
  const rows = [row("a", 1), row("b", null), row("c", 9), row("d", 99, 2)];
  expect(byValue(rows, 1).map(({ by }) => by)).toEqual(["c", "a", "b"]);
});

it("writes the axis of a saved line in the unit of its metric", () => {
  const params = [
    { name: "rw_line", value: "blue" },
    { name: "rw_unit", value: "count" },
    { name: "rw_words", value: "" },
    { name: "rw_step", expr: "rw_gap" },
  ];
  const template = { chart: { spec: { params } }, axis: 0, open: 1 } as unknown as ChartTemplate;
  const words = { title: "Value", caption: "", unit: "amount", words: "{} €" } as const;
  const { _chart: chart } = filledChart(template, {} as ChartKey, words, []);
  expect((chart as { spec: { params: unknown } }).spec.params).toEqual([
    { name: "rw_line", value: "blue" },
    { name: "rw_unit", value: "amount" },
    { name: "rw_words", value: "{} €" },
    { name: "rw_step", expr: "rw_gap" },
  ]);
});
