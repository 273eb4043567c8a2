// Instants in words, in the zone that Python chose. The browser's own zone is never used by accident.
import { type Day, dayText } from "./locale";

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

/** "now", "4 min ago", "3 h ago", "5 days ago" */
export function ago(ms: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - ms) / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  if (days < 60) return `${days} days ago`;
  const months = Math.round(days / 30.44);
  return months < 24 ? `${months} months ago` : `${Math.round(days / 365.25)} years ago`;
}

/** A delay such as "2 days", "12 h", "30 min". */
export function delay(ms: number): string {
  const hours = ms / 3_600_000;
  if (ms <= 0) return "at once";
  if (hours >= 24 && hours % 24 === 0) return hours === 24 ? "1 day" : `${hours / 24} days`;
  if (hours >= 1) return `${+hours.toFixed(1)} h`;
  return `${Math.max(1, Math.round(ms / 60_000))} min`;
}
