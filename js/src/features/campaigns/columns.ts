// The table's columns: which there are, what their heads say, and for which there is room.
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { WidthName } from "../../ui/view";
import type { CampaignColumn, CampaignMetric, CampaignNumbers } from "../../wire/campaigns";
import { wordOf } from "./marks";

export interface Head {
  column: CampaignColumn;
  label: string;
  unit?: string;
  /** What it means, for a tooltip. */
  text?: string;
  numeric?: boolean;
}

export const nameHead: Head = { column: "name", label: "Campaign" };

/** Columns that show more than one number, or another drawing of it than its text. */
const own: Head[] = [
  { column: "channels", label: "Channels" },
  { column: "entries", label: "Entries", numeric: true },
  { column: "rate", label: "Converted", unit: "of entries", numeric: true },
  { column: "lift", label: "Lift", unit: "over held back", numeric: true },
  { column: "value", label: "Value", numeric: true },
  { column: "trend", label: "Trend", unit: "from 0 to best" },
  { column: "ripe", label: "Ripe", unit: "windows closed" },
];

export const usual = own.map(({ column }) => column);

/** Metrics that a column of its own shows. */
const shown = ["users", "converted_rate", "goal_value"];

/** All columns beside the name, in the order in which they are offered. */
export const headsOf = (metrics: CampaignMetric[]): Head[] => [
  ...own,
  ...metrics
    .filter(({ key }) => !shown.includes(key))
    .map(({ key, label, text }) => ({ column: key, label, text, numeric: true })),
];

/** The columns with one more, at its place among those offered, or with one less. */
export function toggled(
  columns: CampaignColumn[],
  one: CampaignColumn,
  heads: Head[],
): CampaignColumn[] {
  if (columns.includes(one)) return columns.filter((column) => column !== one);
  const order = heads.map(({ column }) => column);
  const at = columns.findIndex((column) => order.indexOf(column) > order.indexOf(one));
  const place = at < 0 ? columns.length : at;
  return [...columns.slice(0, place), one, ...columns.slice(place)];
}

const drawn = ["channels", "trend", "ripe"];
const inSmall = 2;

/** The columns that a width has room for, without the last `less` of the drawn ones; an unfolded row says the others. */
export function fitting(
  columns: CampaignColumn[],
  width: WidthName,
  less: number,
): CampaignColumn[] {
  const beside = width === "wide" || width === "compact";
  const kept = beside ? drawn.slice(0, Math.max(0, drawn.length - less)) : [];
  const found = columns.filter((one) => !drawn.includes(one) || kept.includes(one));
  return width === "small" ? found.slice(0, inSmall) : found;
}

/**
 * How many drawn columns a table has to leave out to be as wide as its box: names and amounts decide that, not the width alone.
 * They are tried again when the box grows, or has other columns.
 */
export function useLess(box: RefObject<HTMLElement | null>, columns: CampaignColumn[]): number {
  const of = columns.join();
  const [tried, setTried] = useState({ of, room: 0, less: 0 });
  useLayoutEffect(() => {
    const measure = (): void => {
      if (!box.current) return;
      const { clientWidth: room, scrollWidth } = box.current;
      const { less } = tried;
      if (tried.of !== of || room > tried.room) setTried({ of, room, less: 0 });
      else if (scrollWidth > room + 1 && less < drawn.length)
        setTried({ of, room, less: less + 1 });
    };
    measure();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(measure);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  });
  return tried.of === of ? tried.less : 0;
}

/** The cells of a column: two have a drawing beside their number, in this order. */
export const cellsOf = (column: CampaignColumn, marks: boolean): string[] => {
  if (!marks) return [column];
  return { rate: ["rate", "ratebar"], lift: ["liftmark", "lift"] }[column] ?? [column];
};

/** How many there are, of which a line across takes the place; at least one. */
export const cellCount = (columns: CampaignColumn[], marks: boolean): number =>
  Math.max(1, columns.flatMap((column) => cellsOf(column, marks)).length);

/** A column of a row in words; null where it is nothing but a drawing. */
export function textOf(column: CampaignColumn, numbers: CampaignNumbers): string | null {
  const { lift } = numbers;
  switch (column) {
    case "channels":
      return numbers.channels.map((one) => one.label).join(", ");
    case "entries":
      return numbers.entries_text;
    case "rate":
      return numbers.rate_text;
    case "lift":
      return lift ? `${lift.text}, ${wordOf(lift)} (${lift.interval})` : numbers.no_lift;
    case "value":
      return numbers.value_text;
    case "trend":
      return null;
    case "ripe":
      return [numbers.ripe_text, numbers.windows].filter(Boolean).join(", ");
    default:
      return numbers.metrics[column]?.text ?? "";
  }
}
