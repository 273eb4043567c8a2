// People in words: comparisons, combinations of segments.
import { exact, rate, raw } from "../../ui/format";
import type { Combination, ProfileRow } from "../../wire/audience";

export interface Attribute {
  name: string;
  rows: ProfileRow[];
  differs: boolean;
}

/** The lower end of a range of numbers; null for other values. */
const beginning = (value: string | null): number | null => {
  const found = /^(up to|over) (\S+)/.exec(value ?? "");
  return found ? (found[1] === "over" ? Number.parseFloat(found[2] ?? "") : -Infinity) : null;
};

function byPlace(a: ProfileRow, b: ProfileRow): number {
  const [x, y] = [beginning(a.value), beginning(b.value)];
  if (x !== null && y !== null) return x < y ? -1 : 1;
  return b.segment + b.rest - a.segment - a.rest;
}

/**
 * Rows by attribute, in the kernel's order: what differs most comes first. Within one, ranges in their order, other values
 * by how many users have them.
 */
export function attributesOf(rows: ProfileRow[]): Attribute[] {
  const found = new Map<string, ProfileRow[]>();
  for (const row of rows) found.set(row.attribute, [...(found.get(row.attribute) ?? []), row]);
  return [...found].map(([name, own]) => ({
    name,
    rows: [...own].sort(byPlace),
    differs: own.some((row) => row.differs),
  }));
}

/** A difference of shares in points, with its sign: "+12.3", "−0.42". */
export function points(difference: number): string {
  const sign = difference < 0 ? "−" : difference > 0 ? "+" : "";
  return sign + rate(Math.abs(difference)).slice(0, -2);
}

const chance = (p: number): string =>
  p < 0.001 ? "below 0.001" : `${raw(Number(p.toPrecision(2)))}`;

export const valueName = (value: string | null): string => value ?? "unknown";

/** All of one comparison in words: counts, difference, its interval and its test. */
export function compared(row: ProfileRow, sizes: { segment: number; rest: number }): string {
  const here = `${row.attribute} ${valueName(row.value)}: ${exact(row.segment)} of ${exact(sizes.segment)} in the segment (${rate(row.share)})`;
  if (row.difference === null || row.low === null || row.high === null) return here;
  const test =
    row.p_adjusted === null
      ? ""
      : `, adjusted p ${chance(row.p_adjusted)} (Benjamini and Hochberg)`;
  return [
    here,
    `${exact(row.rest)} of ${exact(sizes.rest)} in the rest of the campaign (${rate(row.rest_share)})`,
    `Difference ${points(row.difference)} points, 95 % interval ${points(row.low)} to ${points(row.high)} (Newcombe)${test}`,
    row.differs ? "Significant difference" : "Not significant",
  ].join("\n");
}

const list = (names: string[]): string =>
  names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;

/** A combination in words: "In A and B, not in C". */
export function combinationWords(parts: (boolean | null)[], names: string[]): string {
  const inside = names.filter((_, i) => parts[i] === true);
  const outside = names.filter((_, i) => parts[i] === false);
  if (names.length === 2 && outside.length === 1) return `Only in ${inside[0]}`;
  if (outside.length === 0 && inside.length === names.length)
    return names.length === 2 ? "In both" : "In all of them";
  return `${inside.length === 1 && outside.length === names.length - 1 ? "Only in" : "In"} ${list(inside)}${inside.length > 1 && outside.length ? `, not in ${list(outside)}` : ""}`;
}

/** Of two segments: only the first, both, only the second. */
export function pairOf(overlap: Combination[]): [number, number, number] {
  const users = (first: boolean, second: boolean): number =>
    overlap.find(({ parts }) => parts[0] === first && parts[1] === second)?.users ?? 0;
  return [users(true, false), users(true, true), users(false, true)];
}
