import { describe, expect, it } from "vitest";
import locales from "../../../../src/results_widgets/_shared/locales.json";
import { rangeKey, tickWords, within, zoomSpec } from "../../../src/features/explore/zoom";
import { drawIn, locale } from "../../../src/ui/locale";
import { ofNoRate } from "../../support/bytes";
import { selection } from "../../support/fixture";

const row = (time_ms: number, start: string) => ({
  time_ms,
  start,
  value: 1,
  previous: null,
  by: null,
  open: false,
  ...ofNoRate,
});

describe("a zoomed chart", () => {
  const at = (text: string): number => Date.parse(text);
  const zone = "America/Los_Angeles";
  const noon = at("2026-03-12T13:00-07:00");
  it.each([
    [noon, "1d", null, "12 Mar"],
    [at("2026-03-02T00:00-08:00"), "1w", null, "2 Mar"],
    [at("2026-03-01T00:00-08:00"), "1mo", null, "March 2026"],
    [noon, "1h", null, "12 Mar 13:00"],
    [noon, "1h", noon - 3_600_000, "13:00"],
    [at("2026-03-12T00:00-07:00"), "1h", at("2026-03-11T23:00-07:00"), "12 Mar 00:00"],
  ])("names %j per %s in the zone that is named", (time, every, before, words) => {
    expect(tickWords(time, every, before, zone)).toBe(words);
  });
  it("names them as the locale does", () => {
    drawIn({ ...locale(), ...locales.de, name: "de" });
    expect(tickWords(noon, "1d", null, zone)).toBe("12. März");
    expect(tickWords(noon, "1mo", null, zone)).toBe("März 2026");
    drawIn(undefined);
    expect(tickWords(noon, "1d", null, zone)).toBe("12 Mar");
  });

  const spec = {
    layer: [
      {
        encoding: {
          x: { axis: { values: [1], labelExpr: "old", title: null } },
          y: { axis: { labelExpr: "value" } },
        },
      },
    ],
  };
  const labels = (expression: string): unknown =>
    JSON.parse(expression.slice(0, expression.indexOf("[toString")));

  it("changes only the time axis", () => {
    const [third, fourth] = [at("2026-03-03T00:00Z"), at("2026-03-04T00:00Z")];
    const rows = [row(third, ""), row(fourth, ""), row(fourth, "")];
    const { x, y } = (zoomSpec(spec, rows, "1d", "UTC") as typeof spec).layer[0]!.encoding;
    expect(x.axis.values).toEqual([third, fourth]);
    expect(x.axis.title).toBeNull();
    expect(x.axis.labelExpr).toBe(
      `{"${third}":"3 Mar","${fourth}":"4 Mar"}[toString(toNumber(datum.value))]`,
    );
    expect(y.axis).toEqual({ labelExpr: "value" });
    expect(spec.layer[0]!.encoding.x.axis.labelExpr).toBe("old");
  });
  it("has at most seven ticks, in order, each told from the one before", () => {
    const start = at("2026-03-11T16:00Z");
    const hours = Array.from({ length: 16 }, (_, hour) => row(start + (15 - hour) * 3_600_000, ""));
    const { x } = (zoomSpec(spec, hours, "1h", "UTC") as typeof spec).layer[0]!.encoding;
    expect(Object.values(labels(x.axis.labelExpr) as object)).toEqual([
      "11 Mar 16:00",
      "19:00",
      "22:00",
      "12 Mar 01:00",
      "04:00",
      "07:00",
    ]);
    const eight = Array.from({ length: 8 }, (_, at) => row(at, ""));
    const { x: some } = (zoomSpec(spec, eight, "1d", "UTC") as typeof spec).layer[0]!.encoding;
    // The last one, too, and none that would meet it.
    expect(some.axis.values).toEqual([0, 2, 4, 7]);
    const seven = Array.from({ length: 7 }, (_, at) => row(at, `Thu ${at} Mar 2026`));
    const { x: all } = (zoomSpec(spec, seven, "1d", "UTC") as typeof spec).layer[0]!.encoding;
    expect(all.axis.values).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
  it("holds the rows from one instant to another, both included", () => {
    const rows = [1, 2, 3, 4].map((time) => row(time, ""));
    expect(within(rows, [2, 3]).map(({ time_ms }) => time_ms)).toEqual([2, 3]);
    expect(within(rows, null)).toBe(rows);
  });
  it("is one of the same days, interval and zone", () => {
    const key = rangeKey(selection, "UTC");
    expect(rangeKey({ ...selection, metric: "other", compare: true }, "UTC")).toBe(key);
    for (const other of [
      { range: "7d" },
      { start: "2026-03-01" },
      { end: "2026-03-01" },
      { every: "1w" },
    ])
      expect(rangeKey({ ...selection, ...other }, "UTC")).not.toBe(key);
    expect(rangeKey(selection, "Asia/Tokyo")).not.toBe(key);
  });
});
