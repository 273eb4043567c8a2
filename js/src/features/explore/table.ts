// The rows of a series as a table: which of them are drawn, and all of them as CSV.
import { comparedNames } from "../../../../src/results_widgets/_shared/chart.json";
import { interval } from "../../ui/format";
import type { Paper } from "../../ui/view";
import type { SeriesRow } from "../../wire/chart";
import type { GlossaryEntry } from "../../wire/glossary";
import { type Noted, texts } from "./notes";

/** Where an open interval will be once its windows are closed. */
export const forecast = ({ forecast_low: low, forecast_high: high }: SeriesRow): string | null =>
  interval({ low, high });

export interface SeriesTable {
  rows: SeriesRow[];
  entry: GlossaryEntry;
  label: string;
  by: string | null;
  compare: boolean | string;
  /** The name of the campaign that it may be compared with. */
  campaign?: string | null;
  noted: Noted[];
}

/** What is noted of a row's interval, on one line. */
export const notesOf = (noted: Noted[], { time_ms }: Pick<SeriesRow, "time_ms">): string =>
  texts(noted.find(({ time }) => time === time_ms)).join(" · ");

/** In pixels. */
export const rowHeight = 26;
/** Tables up to here are there as a whole. */
export const shortTable = 400;
/** Rows drawn of a longer one: the box shows twelve. */
const drawn = 60;

/** Which rows a scrolled box needs: some before and some after those in sight; paper has them all. */
export function slice(
  count: number,
  scrolled: number,
  paper: Paper = null,
): [first: number, last: number] {
  if (count <= shortTable || paper) return [0, count];
  const first = Math.min(count - drawn, Math.max(0, Math.floor(scrolled / rowHeight) - drawn / 3));
  return [first, first + drawn];
}

/** Quoted where needed; a leading =, +, - or @ in text is disarmed, since the data's own words end in a spreadsheet. */
export function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** What a column of what is compared is called. */
export const otherName = ({
  compare,
  campaign,
}: Pick<SeriesTable, "compare" | "campaign">): string =>
  (compare === "campaign" && campaign) ||
  comparedNames[compare === true ? "previous" : (compare as "last_year")] ||
  "other days";

/** The numbers behind a rate, and what may become of it: those of which any row has one. */
const behind = ["base", "low", "high", "forecast_low", "forecast_high"] as const;

export const known = (rows: SeriesRow[]): (typeof behind)[number][] =>
  behind.filter((name) => rows.some((row) => row[name] !== null));

export function csv(table: SeriesTable): string {
  const { rows, entry, label, by, compare, noted } = table;
  const more = known(rows);
  const named = entry.approximate ? `${label} (≈, ${entry.approximate.within})` : label;
  const head = [
    "start_utc",
    "period",
    ...(by ? [by] : []),
    named,
    ...more,
    ...(compare ? ["compared with", otherName(table)] : []),
    "open",
    ...(noted.length > 0 ? ["notes"] : []),
  ];
  const lines = rows.map((row) => [
    new Date(row.time_ms).toISOString(),
    row.start,
    ...(by ? [row.by] : []),
    row.value,
    ...more.map((name) => row[name]),
    ...(compare ? [row.previous_start, row.previous] : []),
    row.open ? "yes" : "no",
    ...(noted.length > 0 ? [notesOf(noted, row)] : []),
  ]);
  return [head, ...lines].map((line) => `${line.map(cell).join(",")}\n`).join("");
}
