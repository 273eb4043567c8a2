import { describe, expect, it } from "vitest";
import { rangeKey, tickWords, within, zoomSpec } from "../../../src/features/explore/zoom";
import { selection } from "../../support/fixture";

const row = (time_ms: number, start: string) => ({
  time_ms,
  start,
  value: 1,
  previous: null,
  by: null,
  open: false,
});

describe("a zoomed chart", () => {
  it.each([
    ["Thu 12 Mar 2026", "1d", null, "12 Mar"],
    ["2–8 Mar 2026", "1w", null, "2 Mar"],
    ["30 Mar–5 Apr 2026", "1w", null, "30 Mar"],
    ["March 2026", "1mo", null, "March 2026"],
    ["Thu 12 Mar 2026, 13:00–14:00 PDT", "1h", null, "12 Mar 13:00"],
    ["Thu 12 Mar 2026, 13:00–14:00 PDT", "1h", "Thu 12 Mar 2026, 12:00–13:00 PDT", "13:00"],
    ["Thu 12 Mar 2026, 00:00–01:00 PDT", "1h", "Wed 11 Mar 2026, 23:00–24:00 PDT", "12 Mar 00:00"],
    ["", "1d", null, ""],
    ["", "1w", null, ""],
  ])("names %j per %s in the interval's own words", (start, every, before, words) => {
    expect(tickWords(start, every, before)).toBe(words);
  });

  const spec = {
    layer: [
      {
        encoding: {
          x: { axis: { values: [1], labelExpr: "old", title: null } },
          y: { axis: { format: "%" } },
        },
      },
    ],
  };
  const labels = (expression: string): unknown =>
    JSON.parse(expression.slice(0, expression.indexOf("[toString")));

  it("changes only the time axis", () => {
    const rows = [row(2, "Tue 3 Mar 2026"), row(3, "Wed 4 Mar 2026"), row(3, "Wed 4 Mar 2026")];
    const { x, y } = (zoomSpec(spec, rows, "1d") as typeof spec).layer[0]!.encoding;
    expect(x.axis.values).toEqual([2, 3]);
    expect(x.axis.title).toBeNull();
    expect(x.axis.labelExpr).toBe('{"2":"3 Mar","3":"4 Mar"}[toString(toNumber(datum.value))]');
    expect(y.axis).toEqual({ format: "%" });
    expect(spec.layer[0]!.encoding.x.axis.labelExpr).toBe("old");
  });
  it("has at most seven ticks, in order, each told from the one before", () => {
    const hours = Array.from({ length: 16 }, (_, at) => 15 - at).map((hour) =>
      row(hour, `Thu ${hour < 8 ? 11 : 12} Mar 2026, ${hour}:00–x`),
    );
    const { x } = (zoomSpec(spec, hours, "1h") as typeof spec).layer[0]!.encoding;
    expect(x.axis.values).toEqual([0, 3, 6, 9, 12, 15]);
    expect(labels(x.axis.labelExpr)).toEqual({
      "0": "11 Mar 0:00–",
      "3": "3:00–",
      "6": "6:00–",
      "9": "12 Mar 9:00–",
      "12": "12:00",
      "15": "15:00",
    });
    const seven = Array.from({ length: 7 }, (_, at) => row(at, `Thu ${at} Mar 2026`));
    const { x: all } = (zoomSpec(spec, seven, "1d") as typeof spec).layer[0]!.encoding;
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
