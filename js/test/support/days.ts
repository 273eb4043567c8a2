// The days of a saved page in tests: times from 1 March 2026 on, in UTC.
import type { Axis, ChartTemplate } from "../../src/saved/page";

export const day = 86_400_000;
export const first = Date.UTC(2026, 2, 1);

/** Six single days. */
export const sixDays: Axis = {
  time_ms: [0, 1, 2, 3, 4, 5].map((n) => first + n * day),
  start: [1, 2, 3, 4, 5, 6].map((n) => `Sun ${n} Mar 2026`),
};

/** A template of them whose last day may still grow. */
export const dayTemplate = (caption: string): ChartTemplate =>
  ({
    chart: { key: {}, title: "", caption, zone_label: "UTC", spec: { axis: { labelExpr: "" } } },
    axis: 0,
    open: 5,
  }) as unknown as ChartTemplate;
