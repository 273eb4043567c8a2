// A few campaigns as Python sends them, whose numbers differ in what sorting and summing must notice.
import type { CampaignLine, CampaignNumbers } from "../../src/wire/campaigns";

export function line(name: string, numbers: Partial<CampaignNumbers> | null = {}): CampaignLine {
  return {
    name,
    href: "",
    trouble: numbers ? "" : "no events file",
    numbers: numbers && {
      status: "running",
      channels: [{ label: "Email", icon: "email" }],
      goal: "Purchase",
      has_experiment: false,
      entries: 100,
      entries_text: "100",
      rate: 0.1,
      low: 0.05,
      high: 0.17,
      rate_text: "10.0 %",
      interval_text: "5.0 % to 17.0 %",
      lift: null,
      no_lift: "no holdout",
      value: 50,
      value_text: "50",
      currency: "",
      trend: [],
      best: "",
      ripe: 1,
      ripe_text: "100 %",
      windows: "",
      metrics: {},
      detail: null,
      ...numbers,
    },
  };
}

export const hostile = "<img src=x onerror=alert(1)>";

export const lines: CampaignLine[] = [
  line("Ünal’s sale", { entries: 900, value: 10, rate: 0.02 }),
  line("Basket", {
    channels: [{ label: "Push", icon: "push" }],
    entries: 40,
    rate: null,
    value: null,
  }),
  line(hostile, {
    entries: 300,
    value: 700,
    rate: 0.3,
    lift: {
      value: 0.09,
      low: 0.06,
      high: 0.11,
      text: "+9.0 points",
      interval: "6.0 to 11.0",
      verdict: "better",
    },
    no_lift: "",
  }),
  line("Broken", null),
];
