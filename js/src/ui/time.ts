// Instants in words, in the zone that Python chose. The browser's own zone is never used by accident.

function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
  }
}

/** "14:02" on the same day as now, "12 Apr 2026, 14:02" otherwise. */
export function clock(ms: number, now: number, zone: string): string {
  const time = formatter(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
  return day(ms, zone) === day(now, zone) ? time : `${day(ms, zone)}, ${time}`;
}

/** "12 Apr 2026" */
export function day(ms: number, zone: string): string {
  return formatter(zone, { day: "numeric", month: "short", year: "numeric" }).format(ms);
}

/** "2026-04-12", as date inputs want it. */
export function isoDay(ms: number, zone: string): string {
  const parts = formatter(zone, {
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
  }).formatToParts(ms);
  const get = (type: string): string => parts.find((part) => part.type === type)?.value ?? "";
  return `${get("year")}-${get("month")}-${get("day")}`;
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
