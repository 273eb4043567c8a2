// What the menus of ranges and intervals offer: all that are known, or those that the kernel names.
import { automatic, intervals } from "../../../src/results_widgets/_shared/chart.json";
import type { Choice } from "./Controls";
import { capitalised } from "./text";

const ranges = {
  whole: "Whole campaign",
  today: "Today",
  yesterday: "Yesterday",
  "7d": "Last 7 days",
  "14d": "Last 14 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  custom: "Custom dates",
};

const choices = (names: Record<string, string>, given: string[]): Choice[] =>
  (given.length ? given : Object.keys(names)).map((value) => ({
    value,
    label: capitalised(names[value] ?? value),
  }));

export const rangeChoices = (given: string[]): Choice[] => choices(ranges, given);
/** The last choice leaves it to the metric. */
export const everyChoices = (given: string[]): Choice[] => [
  ...choices(intervals, given),
  { value: automatic, label: "Auto" },
];
