import { describe, expect, it } from "vitest";
import { Metrics, noMetric, seriesRows } from "../../src/wire/frames";
import { ofNoRate } from "../support/bytes";
import { metricRow } from "../support/snapshot";

describe("metrics", () => {
  const rows = [
    metricRow("campaign", "", "users", 9, { previous: 7 }),
    metricRow("channel", "email", "sent", 8),
    metricRow("action", "mail", "sent", 7, { numerator: 1, denominator: 2, low: 0.1, high: 0.9 }),
    { ...metricRow("action", "mail", "opened", null), channel: "email" },
  ];
  const metricsOf = () => new Metrics(rows as never);

  it("are found by scope, owner and name", () => {
    const metrics = metricsOf();
    expect(metrics.size).toBe(4);
    expect(metrics.get("campaign", "", "users")).toEqual({ ...noMetric, value: 9, previous: 7 });
    expect(metrics.get("channel", "email", "sent").value).toBe(8);
    expect(metrics.get("action", "mail", "sent")).toEqual({
      value: 7,
      numerator: 1,
      denominator: 2,
      low: 0.1,
      high: 0.9,
      previous: null,
    });
  });
  it("are nothing where there is no such row", () => {
    const metrics = metricsOf();
    expect(metrics.get("channel", "mail", "sent")).toBe(noMetric);
    expect(metrics.get("campaign", "", "sent")).toBe(noMetric);
    expect(metrics.has("action", "mail", "opened")).toBe(true);
    expect(metrics.has("channel", "email", "opened")).toBe(false);
    expect(metrics.has("campaign", "", "opened")).toBe(false);
  });
  it("belong to the owner that their scope has", () => {
    const values = { numerator: null, denominator: null, low: null, high: null, previous: null };
    const owners = { channel: "email", action_id: "mail", ...values };
    const metrics = new Metrics([
      { scope: "campaign", metric: "users", value: 1, ...owners },
      { scope: "channel", metric: "users", value: 2, ...owners },
      { scope: "action", metric: "users", value: 3, ...owners },
      { scope: "action", metric: "users", value: 4, ...owners, action_id: null },
    ]);
    expect(metrics.get("campaign", "", "users").value).toBe(1);
    expect(metrics.get("channel", "email", "users").value).toBe(2);
    expect(metrics.get("action", "mail", "users").value).toBe(3);
    expect(metrics.get("action", "", "users").value).toBe(4);
    expect(noMetric).toEqual({ value: null, ...values });
  });
  it("hold numbers only", () => {
    const odd = new Metrics([{ scope: null, metric: null, value: "9", low: true, high: 3 }]);
    expect(odd.get("" as never, "", "")).toEqual({ ...noMetric, high: 3 });
    expect(odd.size).toBe(1);
  });
});

describe("a series", () => {
  it("has typed rows, also of what a saved page made itself", () => {
    const rate = {
      previous_start: "z",
      colour: null,
      base: 9,
      low: 0.1,
      high: 0.3,
      forecast_low: 0.2,
      forecast_high: 0.4,
    };
    const rows = [
      { time_ms: 5, start: "a", value: 1, previous: 2, by: "ios", open: true, ...rate },
      { time_ms: null, start: null, value: null, previous: null, by: null, open: null },
    ];
    expect(seriesRows(rows as never)).toEqual([
      rows[0],
      { time_ms: 0, start: "", value: null, previous: null, by: null, open: false, ...ofNoRate },
    ]);
    expect(seriesRows([{ time_ms: "5", value: "1", open: "true" }] as never)).toEqual([
      { time_ms: 0, start: "", value: null, previous: null, by: null, open: false, ...ofNoRate },
    ]);
  });
});
