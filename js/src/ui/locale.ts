// How numbers and days are written: as Python says, and so as in its tables, charts and files. Neither the browser's language
// nor the system's has a say.
import { en } from "../../../src/results_widgets/_shared/locales.json";
import type { Locale, Plurals } from "../wire/locale";

const english: Locale = { name: "en", ...en };
const plurals = ["other", "one", "two", "few", "many", "zero"];

let current = english;

/** The locale of what is being drawn. */
export const locale = (): Locale => current;

/** Draw in this locale from now on. Every component says so before it writes anything: widgets of a page may differ. */
export function drawIn(next: Locale | undefined): void {
  current = next ?? english;
}

/** A text with a number in it, in the plural that goes with the number; the number as it is written. */
export function counted(count: number, forms: Plurals, written: string): string {
  const place = count < 200 ? count : 100 + (count % 100);
  const form = forms[plurals[Number(current.plural[place] ?? 0)] ?? "other"] ?? forms.other ?? "{}";
  return form.replace("{}", written);
}

/** A day of the calendar: months from 1 to 12, days of the week from 0 for Monday. */
export interface Day {
  year: number;
  month: number;
  date: number;
  weekday: number;
}

function filled(pattern: string, { year, month, date }: Day): string {
  const names = pattern.includes("{d}") ? current.monthsInDates : current.months;
  const words: Record<string, string | number | undefined> = {
    d: date,
    y: year,
    mon: current.monthsShort[month - 1],
    month: names[month - 1],
  };
  return pattern.replace(/\{(\w+)\}/g, (_, name: string) => String(words[name] ?? ""));
}

/** "12 Mar 2026" */
export const dayText = (day: Day): string => filled(current.day, day);
/** "12 Mar" */
export const dayOfMonthText = (day: Day): string => filled(current.dayOfMonth, day);
/** "March 2026" */
export const monthText = (day: Day): string => filled(current.month, day);
/** "Mar 2026" */
export const monthShortText = (day: Day): string => filled(current.monthShort, day);
/** "Thursday 12 March 2026" */
export const longDayText = (day: Day): string =>
  `${current.weekdays[day.weekday] ?? ""} ${filled(current.longDay, day)}`;

/** "12" or "12.", to be followed by another day of the same month; null where days do not come first. */
export function dateAlone(day: Day): string | null {
  const [, dot] = /^\{d\}([^ {]*)/.exec(current.day) ?? [];
  return dot === undefined ? null : `${day.date}${dot}`;
}
