// Mirrors src/results_widgets/locales.py.

/** How numbers and days are written. */
export interface Locale {
  name: string;
  decimal: string;
  group: string;
  /** A pattern such as "{} %". */
  percent: string;
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
}
