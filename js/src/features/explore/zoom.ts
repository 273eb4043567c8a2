// A part of a series, drawn larger. Python chose the ticks of the whole range; those of a part are chosen here, in the
// named zone.
import { dayOfMonthText, monthText } from "../../ui/locale";
import { dayIn, isoDay, timeOfDay } from "../../ui/time";
import type { SeriesRow } from "../../wire/chart";
import type { Selection } from "../../wire/selection";

export type Span = [number, number];

const most = 7;

/** The short words of an interval's start: "12 Mar", "12 Mar 13:00" or "13:00", "March 2026". */
export function tickWords(
  time: number,
  every: string,
  before: number | null,
  zone: string,
): string {
  const day = dayIn(time, zone);
  if (every === "1mo") return monthText(day);
  if (every !== "1h") return dayOfMonthText(day);
  const isSameDay = before !== null && isoDay(before, zone) === isoDay(time, zone);
  return isSameDay ? timeOfDay(time, zone) : `${dayOfMonthText(day)} ${timeOfDay(time, zone)}`;
}

/** What a zoom is a part of: another range, interval or zone is another whole. */
export const rangeKey = ({ range, start, end, every }: Selection, zone: string): string =>
  JSON.stringify([range, start, end, every, zone]);

export const within = (rows: SeriesRow[], span: Span | null): SeriesRow[] =>
  span === null ? rows : rows.filter((row) => row.time_ms >= span[0] && row.time_ms <= span[1]);

/** The same chart with the ticks of these rows. */
export function zoomSpec(
  spec: Record<string, unknown>,
  rows: SeriesRow[],
  every: string,
  zone: string,
): Record<string, unknown> {
  const times = [...new Set(rows.map((row) => row.time_ms))].sort((a, b) => a - b);
  const step = Math.max(1, Math.ceil(times.length / most));
  // The first and the last; what stands nearer to the last one than a step would meet its label.
  const values = times.filter(
    (_, index) => index === times.length - 1 || (index % step === 0 && index < times.length - step),
  );
  const labels = Object.fromEntries(
    values.map((time, i) => [time, tickWords(time, every, values[i - 1] ?? null, zone)]),
  );
  const change = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(change);
    if (typeof part !== "object" || part === null) return part;
    const own = Object.fromEntries(
      Object.entries(part).map(([name, value]) => [name, change(value)]),
    );
    // The axis of values has labels of its own, and no ticks that Python chose.
    return "labelExpr" in own && Array.isArray(own.values)
      ? { ...own, values, labelExpr: `${JSON.stringify(labels)}[toString(toNumber(datum.value))]` }
      : own;
  };
  return change(spec) as Record<string, unknown>;
}
