// Instants in words, in the zone that Python chose. The browser's own zone is never used by accident.
import type { Locale } from "../wire/locale";
import { daysText, duration, exact } from "./format";
import { counted, type Day, dayText, locale } from "./locale";

const formats = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = calendarOf(zone);
  formats.set(zone, made);
  return made;
}

function calendarOf(timeZone: string): Intl.DateTimeFormat {
  const numbers = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  try {
    return new Intl.DateTimeFormat("en-US", { ...numbers, ...clock, timeZone });
  } catch {
    return new Intl.DateTimeFormat("en-US", { ...numbers, ...clock, timeZone: "UTC" });
  }
}

/** What a calendar and a clock of a zone show at an instant. */
function shownAt(ms: number, zone: string): Record<string, string> {
  const parts = formatter(zone).formatToParts(ms);
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

/** The day of an instant, in a zone. */
export function dayIn(ms: number, zone: string): Day {
  const shown = shownAt(ms, zone);
  const [year, month, date] = [Number(shown.year), Number(shown.month), Number(shown.day)];
  return {
    year,
    month,
    date,
    weekday: (new Date(Date.UTC(year, month - 1, date)).getUTCDay() + 6) % 7,
  };
}

/** "14:02" */
export function timeOfDay(ms: number, zone: string): string {
  const shown = shownAt(ms, zone);
  return `${shown.hour}:${shown.minute}`;
}

/** "14:02" on the same day as now, "12 Apr 2026, 14:02" otherwise. */
export function clock(ms: number, now: number, zone: string): string {
  const time = timeOfDay(ms, zone);
  return isoDay(ms, zone) === isoDay(now, zone) ? time : `${day(ms, zone)}, ${time}`;
}

/** "12 Apr 2026" */
export const day = (ms: number, zone: string): string => dayText(dayIn(ms, zone));

/** "2026-04-12", as date inputs want it. */
export function isoDay(ms: number, zone: string): string {
  const { year, month, day } = shownAt(ms, zone);
  return `${year}-${month}-${day}`;
}

/** "just now", "4 min ago", "3 h ago", "5 days ago" */
export function ago(ms: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - ms) / 60_000));
  if (minutes < 1) return locale().now;
  if (minutes < 60) return agoIn("minute", minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return agoIn("hour", hours);
  const days = Math.floor(hours / 24);
  if (days < 60) return agoIn("day", days);
  const months = Math.round(days / 30.44);
  return months < 24 ? agoIn("month", months) : agoIn("year", Math.round(days / 365.25));
}

const agoIn = (unit: keyof Locale["ago"], count: number): string =>
  counted(count, locale().ago[unit], exact(count));

/** A delay such as "2 days", "12 h", "30 min". */
export function delay(ms: number): string {
  if (ms <= 0) return "at once";
  const days = ms / 86_400_000;
  if (Number.isInteger(days)) return daysText(days);
  return duration(Math.max(60, Math.round(ms / 1000)));
}
