// Mirrors src/results_widgets/locales.py.

/** How numbers and days are written. */
export interface Locale {
  name: string;
  decimal: string;
  group: string;
  /** A pattern such as "{} %". */
  percent: string;
  /** How an amount in each currency is written: "${}"; any other has its code behind. */
  money: Record<string, string>;
  months: string[];
  monthsInDates: string[];
  monthsShort: string[];
  /** Monday first. */
  weekdays: string[];
  weekdaysShort: string[];
  /** Patterns such as "{d} {mon} {y}". */
  day: string;
  longDay: string;
  dayOfMonth: string;
  month: string;
  monthShort: string;
  /** By what a number is divided, and what stands behind it then; the smallest first. */
  compact: { size: number; behind: string }[];
  /** What stands behind days, hours, minutes and seconds. */
  durations: string[];
  now: string;
  /** How long ago something was, by unit and plural. */
  ago: Record<"minute" | "hour" | "day" | "month" | "year", Plurals>;
  days: Plurals;
  hours: Plurals;
  /** The plural of 0 to 199, each as its place among the names of plurals; zeros at the end are left out. */
  plural: string;
}

/** A text with {} for a number, by the plural that goes with it. */
export type Plurals = Record<string, string>;
