// Days as numbers (days since 1970): a calendar knows no clocks, so no zone can move it.
import { type Day, dateAlone, dayOfMonthText, dayText, longDayText, monthText } from "./locale";

export const dayOf = (iso: string): number =>
  Math.round(Date.parse(`${iso}T00:00:00Z`) / 86_400_000);
export const isoOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

function dayAt(day: number): Day {
  const [year, month, date] = parts(day);
  return { year, month: month + 1, date, weekday: weekday(day) };
}

/** "March 2026", "Thursday 12 March 2026", "12 Mar 2026" */
export const monthWords = (day: number): string => monthText(dayAt(day));
export const longWords = (day: number): string => longDayText(dayAt(day));
export const shortWords = (day: number): string => dayText(dayAt(day));

/** "12 Mar" */
export const dayWords = (day: number): string => dayOfMonthText(dayAt(day));

/** "5–20 Mar 2026", "28 Feb – 3 Mar 2026", "30 Dec 2025 – 2 Jan 2026" */
export function rangeWords(first: number, last: number): string {
  const [from, to] = [dayAt(first), dayAt(last)];
  if (first === last) return dayText(from);
  const alone = from.year === to.year && from.month === to.month ? dateAlone(from) : null;
  if (alone !== null) return `${alone}–${dayText(to)}`;
  return `${from.year === to.year ? dayOfMonthText(from) : dayText(from)} – ${dayText(to)}`;
}

const parts = (day: number): [year: number, month: number, date: number] => {
  const at = new Date(day * 86_400_000);
  return [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
};

const at = (year: number, month: number, date: number): number =>
  Math.round(Date.UTC(year, month, date) / 86_400_000);

/** The same date so many months on, or the month's last day where it has none such. */
export function addMonths(day: number, count: number): number {
  const [year, month, date] = parts(day);
  const last = at(year, month + count + 1, 0);
  return Math.min(at(year, month + count, date), last);
}

export const sameMonth = (one: number, other: number): boolean =>
  monthWords(one) === monthWords(other);

/** 0 for Monday. */
export const weekday = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** The weeks, Monday first, that hold a day's month; always six, so that nothing jumps. */
export function weeksOf(day: number): number[][] {
  const [year, month] = parts(day);
  const first = at(year, month, 1);
  const start = first - weekday(first);
  return Array.from({ length: 6 }, (_, week) =>
    Array.from({ length: 7 }, (_, index) => start + week * 7 + index),
  );
}

/** Where a key leads from a day; null for keys that lead nowhere. */
export function dayAfterKey(day: number, key: string, shift: boolean): number | null {
  const months = shift ? 12 : 1;
  switch (key) {
    case "ArrowLeft":
      return day - 1;
    case "ArrowRight":
      return day + 1;
    case "ArrowUp":
      return day - 7;
    case "ArrowDown":
      return day + 7;
    case "Home":
      return day - weekday(day);
    case "End":
      return day + 6 - weekday(day);
    case "PageUp":
      return addMonths(day, -months);
    case "PageDown":
      return addMonths(day, months);
    default:
      return null;
  }
}
