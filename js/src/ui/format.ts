// Every number of the screen as text: short for the eye, exact for the tooltip and the accessible name.
import { few } from "../../../src/results_widgets/_shared/chart.json";
import type { GlossaryEntry, Unit } from "../wire/glossary";
import type { Metric } from "../wire/metrics";
import { counted, locale } from "./locale";

export const dash = "–";
/** Shown where the source cannot provide a number, which differs from 0 and from a rate with a denominator of 0. */
export const notAvailable = "n/a";
const thin = "\u202f"; // a narrow space that does not break, between a number and its unit
const minus = "−";

const cache = new Map<string, Intl.NumberFormat>();

/** Rounds and groups; the locale's marks take the place of the English ones. */
function written(value: number, options: Intl.NumberFormatOptions): string {
  const key = JSON.stringify(options);
  const found = cache.get(key) ?? new Intl.NumberFormat("en-US", options);
  cache.set(key, found);
  const { decimal, group } = locale();
  const marks: Record<string, string> = { ",": group, ".": decimal, "-": minus };
  return found.format(value).replace(/[,.-]/g, (mark) => marks[mark] ?? mark);
}

const plainNumber = (value: number, digits: number, atLeast = digits): string =>
  written(value, { minimumFractionDigits: atLeast, maximumFractionDigits: digits });

/** So many per cent, written out. */
export const perCent = (number: string): string => locale().percent.replace("{}", number);

/** Grouped, with decimals only where there are any. */
export function exact(value: number | null, digits = 2): string {
  if (value === null) return dash;
  return plainNumber(value, Number.isInteger(value) ? 0 : digits);
}

/** At most four significant digits: 24,118 stays, 123,456 becomes 123.5 k, 4560000 becomes 4.56 M. */
export function compact(value: number | null, from = 100_000, digits = 4): string {
  if (value === null) return dash;
  const size = Math.abs(value);
  if (size < from) return exact(value);
  // 999,960 would round to 1,000 k: let it be 1 M.
  const step = locale()
    .compact.filter((one) => size >= one.size * (1 - 5 / 10 ** (digits + 1)))
    .at(-1);
  if (!step) return exact(value);
  return `${written(value / step.size, { maximumSignificantDigits: digits })}${step.behind}`;
}

/** A share as a percentage: one decimal, two below 1 %, none where it is none or all of it. */
export const rate = (value: number | null): string =>
  value === null
    ? dash
    : perCent(value === 0 || value === 1 ? `${Math.abs(value) * 100}` : bareRate(value));

function bareRate(value: number): string {
  const percent = value * 100;
  const small = percent !== 0 && Math.abs(percent) < 0.995;
  return plainNumber(percent, small ? 2 : 1);
}

/** The units of a duration in seconds, as the locale has their names. */
const units = [86_400, 3_600, 60, 1];

/** Seconds as the two largest units: 2 d 4 h, 3 h 12 min, 45 s. */
export function duration(seconds: number | null): string {
  if (seconds === null) return dash;
  const { durations } = locale();
  if (seconds < 1) return `0${durations.at(-1)}`;
  const first = units.findIndex((size) => seconds >= size);
  const smallest = units[first + 1] ?? 1;
  let left = Math.round(seconds / smallest) * smallest;
  const words: string[] = [];
  units.forEach((size, place) => {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0 && words.length < 2) words.push(`${exact(count)}${durations[place]}`);
  });
  return words.join(" ");
}

export function amount(value: number | null, from = 100_000): string {
  if (value === null) return dash;
  if (Math.abs(value) >= from) return compact(value, from);
  return plainNumber(value, 2, Number.isInteger(value) ? 0 : 2);
}

/** The short form of a value of any unit. */
export function shortForm(value: number | null, unit: Unit, from = 100_000): string {
  if (unit === "rate") return rate(value);
  if (unit === "seconds") return duration(value);
  if (unit === "amount") return amount(value, from);
  return compact(value, from);
}

/** What decides how a value is written; amounts may all be in one currency. */
type Entry = Pick<GlossaryEntry, "unit" | "approximate" | "missing"> & {
  currency?: string;
  base?: string;
};

/** "entry" and " reached", of the base "entries reached"; null: what a rate is taken of cannot be counted. */
function oneOf(base: string): [one: string, more: string] | null {
  const [, name, many, more = ""] = base.match(/^(.*?)(ies|s)( .*)?$/) ?? [];
  return name === undefined ? null : [name + (many === "ies" ? "y" : ""), more];
}

/** "per entry", of the base "entries" or "entries reached"; empty: what a rate is taken of cannot be counted. */
export function perOneWords(base: string): string {
  const one = oneOf(base);
  return one ? `per ${one[0]}` : "";
}

/** "14.7" and "per entry": how a rate above 100 % is written where its base can be counted. */
export function perOne(value: number | null, { unit, base }: Entry): [string, string] | null {
  const one = perOneWords(base ?? "");
  if (unit !== "rate" || value === null || value <= 1 || !one) return null;
  return [plainNumber(value, value < 100 ? 1 : 0), one];
}

/** A rate, or above 100 % how many come to one of its base. */
export const rateOrPerOne = (value: number | null, entry: Entry): string =>
  perOne(value, entry)?.join(" ") ?? rate(value);

/** How an amount in a currency is written: "${}", "{} €". */
export const moneyPattern = (currency: string): string =>
  locale().money[currency] ?? `{}${thin}${currency}`;

/** An amount with its currency, where all are in one: "$9,500", "9.500 €". */
function withCurrency(text: string, value: number | null, { currency }: Entry): string {
  if (!currency || value === null) return text;
  const pattern = moneyPattern(currency);
  const isNegative = text.startsWith(minus);
  // A function, since "$" means something in a replacement.
  const written = pattern.replace("{}", () => (isNegative ? text.slice(1) : text));
  return isNegative ? minus + written : written;
}

/** Text of a value, marked if it is an estimate; zero never is. */
export const markEstimate = (text: string, value: number | null, estimate: unknown): string =>
  estimate && value ? `≈${thin}${text}` : text;

/** The short form, marked where the glossary says that it is an estimate. */
export const shortValue = (value: number | null, entry: Entry, from = 100_000): string =>
  entry.missing
    ? notAvailable
    : markEstimate(
        perOne(value, entry)?.join(" ") ??
          withCurrency(shortForm(value, entry.unit, from), value, entry),
        value,
        entry.approximate,
      );

/** The short form with at most three digits from a million on: for places as narrow as a card. */
export function brief(value: number | null, entry: Entry): string {
  if (value === null || Math.abs(value) < 999_500) return shortValue(value, entry);
  return markEstimate(compact(value, 999_500, 3), value, entry.approximate);
}

/** The exact form, marked likewise. */
export const exactValue = (value: number | null, entry: Entry): string =>
  entry.missing
    ? notAvailable
    : markEstimate(
        perOne(value, entry)?.join(" ") ?? withCurrency(exactForm(value, entry.unit), value, entry),
        value,
        entry.approximate,
      );

/** The exact form of a value of any unit. */
export function exactForm(value: number | null, unit: Unit): string {
  if (unit === "rate" || unit === "seconds") return shortForm(value, unit);
  return exact(value);
}

export function interval({ low, high }: Pick<Metric, "low" | "high">): string | null {
  if (low === null || high === null) return null;
  return perCent(`${bareRate(low)}–${bareRate(high)}`);
}

/** Whether a rate's denominator is so small that it says little. */
export const isOfFew = (base: number | null, { unit }: Pick<Entry, "unit">): boolean =>
  unit === "rate" && base !== null && base > 0 && base < few;

/** The interval of a rate where it has one, else the rate. */
export const rateWithInterval = (metric: Metric, entry: Entry): string =>
  markEstimate(interval(metric) ?? rate(metric.value), metric.value, entry.approximate);

/** What a rate divides, each side marked where it is an estimate; null where it divides nothing. */
export function fraction(
  { numerator, denominator }: Metric,
  { approximate }: Entry,
): [top: string, bottom: string] | null {
  if (numerator === null || denominator === null) return null;
  return [
    markEstimate(exact(numerator), numerator, approximate?.numerator),
    markEstimate(exact(denominator), denominator, approximate?.denominator),
  ];
}

/** The word between the two sides of a rate: a larger numerator cannot be "of" a smaller base. */
const between = ({ value }: Pick<Metric, "value">, { unit }: Entry): string =>
  unit === "rate" && (value ?? 0) <= 1 ? "of" : "over";

/** "of 24,118 entries", "of only 1 entry": what a rate is of, by its name; empty where it divides nothing. */
export function ofBase(
  metric: Pick<Metric, "value" | "denominator">,
  entry: Entry,
  only = "",
): string {
  const { denominator } = metric;
  if (denominator === null) return "";
  const below = markEstimate(exact(denominator), denominator, entry.approximate?.denominator);
  const { base = "" } = entry;
  const name = (denominator === 1 && oneOf(base)?.join("")) || base;
  return `${between(metric, entry)} ${only}${below} ${name}`.trim();
}

/** The same of a row of a series, marked where it is of few. */
export const ofSome = (
  { value, base }: { value: number | null; base: number | null },
  entry: Entry,
): string => ofBase({ value, denominator: base }, entry, isOfFew(base, entry) ? "only " : "");

/** The two sides of a rate: "11,144 of 24,118"; null where it divides nothing. */
export const sides = (metric: Metric, entry: Entry): string | null =>
  fraction(metric, entry)?.join(` ${between(metric, entry)} `) ?? null;

/** "11,144 of 24,118, 95 % interval 45.6–46.8 %": what stands behind a rate; null for other numbers. */
export function fractionText(metric: Metric, entry: Entry): string | null {
  const divided = entry.unit === "rate" ? sides(metric, entry) : null;
  if (!divided) return null;
  const range = interval(metric);
  const little = isOfFew(metric.denominator, entry) ? ", too few to say much" : "";
  return divided + (range ? `, ${perCent("95")} interval ${range}` : "") + little;
}

export interface Change {
  text: string;
  words: string;
  up: boolean;
  flat: boolean;
  good: boolean;
}

/** The change against the period before: per cent for counts, points (pt) for rates. Null when there is nothing to compare. */
export function change(
  metric: Pick<Metric, "value" | "previous">,
  entry: Entry & Pick<GlossaryEntry, "low_is_good">,
): Change | null {
  const { value, previous } = metric;
  if (value === null || previous === null) return null;
  const points = entry.unit === "rate";
  if (!points && previous === 0) return null;
  const difference = points
    ? (value - previous) * 100
    : ((value - previous) / Math.abs(previous)) * 100;
  const size = plainNumber(Math.abs(difference), Math.abs(difference) >= 1000 ? 0 : 1);
  const flat = Number(Math.abs(difference).toFixed(1)) === 0;
  const up = difference > 0;
  const shown = flat ? "0" : size;
  return {
    text: markEstimate(points ? `${shown}${thin}pt` : perCent(shown), 1, entry.approximate),
    words: flat
      ? "unchanged"
      : `${up ? "up" : "down"} ${markEstimate(size, 1, entry.approximate)} ${points ? "points" : "per cent"}`,
    up,
    flat,
    good: up !== entry.low_is_good,
  };
}

export function signed(value: number): string {
  return (value < 0 ? minus : value > 0 ? "+" : "") + exact(Math.abs(value));
}

/** A number as it stands in data-value: never grouped, never rounded; empty for null. */
export const raw = (value: number | null): string => (value === null ? "" : String(value));

/** "7 days" */
export const daysText = (count: number): string => counted(count, locale().days, exact(count));

/** The word that goes with a count: "user" with 1, else "users". */
export const wordOf = (count: number | null, one: string, many = `${one}s`): string =>
  count === 1 ? one : many;

export const plural = (count: number | null, one: string, many?: string): string =>
  `${exact(count)} ${wordOf(count, one, many)}`;
