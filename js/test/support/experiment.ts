import type { DifferenceLine, ExperimentState, ForestRow } from "../../src/wire/experiment";

export const line = (label: string): DifferenceLine => ({
  label,
  share: true,
  days: [20520, 20521, 20522, 20523],
  difference: [null, 0.05, 0.08, 0.09],
  low: [null, -0.05, 0.01, 0.03],
  high: [null, 0.15, 0.15, 0.15],
  since: 20522,
  texts: ["–", "+5.0 pt (−5.0 to 15.0)", "+8.0 pt (1.0 to 15.0)", "+9.0 pt (3.0 to 15.0)"],
  last: "+9.0 pt",
});

export const row = (
  metric: string,
  verdict: string,
  relative: ForestRow["relative"],
): ForestRow => ({
  metric,
  label: metric,
  of: "of users",
  value: "14.0 %",
  control: "5.0 %",
  difference: "+9.0 pt",
  interval: "3.0 to 15.0",
  relative,
  verdict,
  up: (relative[0] ?? 0) > 0,
});

/** A verdict of two treatments and the held back. */
export const experiment: ExperimentState = {
  kind: "works",
  title: "+9.0 points over the held back (95 %: 3.0 to 15.0), about 90 extra conversions",
  detail: "14.0 % of those treated converted, 5.0 % of the held back.",
  mark: { value: 0.09, low: 0.03, high: 0.15, text: "+9.0 pt", ends: ["3.0", "15.0"] },
  code: "results.experiment()",
  found: {
    level: "95 %",
    arms: [
      {
        label: "10 % off, control",
        note: "",
        id: "B",
        held_back: false,
        users: "450",
        share: 0.45,
        share_text: "45.0 %",
        planned: "45.0 %",
        converted: "12.0 %",
      },
      {
        label: "held back",
        note: "no message",
        id: "held back",
        held_back: true,
        users: "100",
        share: 0.1,
        share_text: "10.0 %",
        planned: "10.0 %",
        converted: "5.0 %",
      },
    ],
    shares: { met: true, title: "Shares are as planned", text: "Chi-square 0.10, p 0.95." },
    groups: [
      {
        arm: "all treated",
        control: "held back",
        rows: [
          row("converted", "better", [1.8, 0.4, 9]),
          row("unsubscribed", "worse", [-0.5, -0.9, -0.1]),
          row("engaged", "no difference shown", [null, null, null]),
        ],
        lines: [line("Converted"), line("Value per user")],
      },
      {
        arm: "15 % off",
        control: "10 % off",
        rows: [row("converted", "too early", [0, -1, 1])],
        lines: [],
      },
    ],
    totals: [
      { label: "Extra conversions", interval: "95 %: 30 to 150", text: "about 90", tone: "good" },
      { label: "Extra value", interval: "95 %: −20 to 90", text: "not shown", tone: "" },
    ],
    conditions: [
      { text: "Every user is looked at for 7 days.", met: true },
      { text: "2 users seen in two arms are left out.", met: false },
    ],
  },
  ripening: {
    unit: "week",
    ages: ["1 day", "2 days", "3 days"],
    rows: [
      {
        start: "2–8 Mar 2026",
        entries: "400",
        few: false,
        rates: [
          [0.1, "10.0 %"],
          [0.15, "15.0 %"],
          [0.2, "20.0 %"],
        ],
      },
      { start: "9–15 Mar 2026", entries: "12", few: true, rates: [[0.25, "25.0 %"]] },
    ],
    note: "",
    code: ['results.cohorts(every="1w")', "results.maturity()"],
  },
};
