// What the menus of ranges and intervals offer: all that are known, or those that the kernel names.
import { automatic, intervals } from "../../../src/results_widgets/_shared/chart.json";
import type { Choice } from "./Controls";
import { dayWords } from "./dates";
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

/**
 * Ranges; their days count back from the day of the newest event.
 *
 * Where that is not today, it is called what it is: a day on which nothing came is no day to choose.
 */
export function rangeChoices(given: string[], newest?: number, today = newest): Choice[] {
  const found = choices(ranges, given);
  if (newest === undefined || newest === today) return found;
  const named: Record<string, string> = {
    today: `Latest day (${dayWords(newest)})`,
    yesterday: `Day before (${dayWords(newest - 1)})`,
  };
  return found.map((one) => ({ ...one, label: named[one.value] ?? one.label }));
}
/** The last choice leaves it to the metric. */
export const everyChoices = (given: string[]): Choice[] => [
  ...choices(intervals, given),
  { value: automatic, label: "Auto" },
];
