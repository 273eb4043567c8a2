// A part of a series, drawn larger. Python chose the ticks of the whole range; those of a part are chosen here, from the
// intervals' own words, so that they stay in the named zone.
import type { SeriesRow } from "../../wire/chart";
import type { Selection } from "../../wire/selection";

export type Span = [number, number];

const most = 7;

/** The short words of an interval's start: "12 Mar", "12 Mar 13:00" or "13:00", "March 2026". */
export function tickWords(start: string, every: string, before: string | null): string {
  if (every === "1mo") return start;
  if (every === "1w") {
    const [first = "", rest = ""] = start.split("–");
    return /[A-Za-z]/.test(first) ? first : `${first} ${rest.split(" ")[1] ?? ""}`.trim();
  }
  const [day = "", hours] = start.split(", ");
  const date = day.split(" ").slice(1, 3).join(" ");
  if (hours === undefined) return date;
  const clock = hours.slice(0, 5);
  return before !== null && before.split(", ")[0] === day ? clock : `${date} ${clock}`;
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
): Record<string, unknown> {
  const starts = new Map(rows.map((row) => [row.time_ms, row.start]));
  const times = [...starts.keys()].sort((a, b) => a - b);
  const step = Math.max(1, Math.ceil(times.length / most));
  const values = times.filter((_, index) => index % step === 0);
  const words = values.map((time) => starts.get(time) ?? "");
  const labels = Object.fromEntries(
    values.map((time, i) => [time, tickWords(words[i] ?? "", every, words[i - 1] ?? null)]),
  );
  const change = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(change);
    if (typeof part !== "object" || part === null) return part;
    const own = Object.fromEntries(
      Object.entries(part).map(([name, value]) => [name, change(value)]),
    );
    return "labelExpr" in own
      ? { ...own, values, labelExpr: `${JSON.stringify(labels)}[toString(toNumber(datum.value))]` }
      : own;
  };
  return change(spec) as Record<string, unknown>;
}
