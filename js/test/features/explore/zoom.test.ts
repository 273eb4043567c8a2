import { describe, expect, it } from "vitest";
import { tickWords, within, zoomSpec } from "../../../src/features/explore/zoom";

describe("a zoomed chart", () => {
  const row = (time_ms: number, start: string) => ({
    time_ms,
    start,
    value: 1,
    previous: null,
    by: null,
    open: false,
  });

  it("names its ticks in the intervals' own words", () => {
    expect(tickWords("Thu 12 Mar 2026", "1d", null)).toBe("12 Mar");
    expect(tickWords("2–8 Mar 2026", "1w", null)).toBe("2 Mar");
    expect(tickWords("30 Mar–5 Apr 2026", "1w", null)).toBe("30 Mar");
    expect(tickWords("March 2026", "1mo", null)).toBe("March 2026");
    expect(tickWords("Thu 12 Mar 2026, 13:00–14:00 PDT", "1h", null)).toBe("12 Mar 13:00");
    expect(
      tickWords("Thu 12 Mar 2026, 13:00–14:00 PDT", "1h", "Thu 12 Mar 2026, 12:00–13:00 PDT"),
    ).toBe("13:00");
  });
  it("changes only the time axis", () => {
    const spec = {
      layer: [
        {
          encoding: {
            x: { axis: { values: [1], labelExpr: "old" } },
            y: { axis: { format: "%" } },
          },
        },
      ],
    };
    const rows = within(
      [row(1, "Mon 2 Mar 2026"), row(2, "Tue 3 Mar 2026"), row(3, "Wed 4 Mar 2026")],
      [2, 3],
    );
    const { x, y } = (zoomSpec(spec, rows, "1d") as typeof spec).layer[0]!.encoding;
    expect(x.axis.values).toEqual([2, 3]);
    expect(x.axis.labelExpr).toContain('"2":"3 Mar"');
    expect(y.axis).toEqual({ format: "%" });
  });
});
