// Which campaigns are listed, in which order, and what of them adds up.
import type {
  CampaignChoice,
  CampaignColumn,
  CampaignLine,
  CampaignNumbers,
  CreditState,
} from "../../wire/campaigns";

/** A campaign with its place in the portfolio, by which the kernel knows it. */
export interface Placed extends CampaignLine {
  place: number;
}

type Key = string | number | null;

const lastRipe = ({ trend }: CampaignNumbers): number | null =>
  trend.filter((one) => one.ripe && one.value !== null).at(-1)?.value ?? null;

const keys: Record<string, (numbers: CampaignNumbers) => Key> = {
  channels: ({ channels }) => channels.map((one) => one.label).join(", ") || null,
  entries: ({ entries }) => entries,
  rate: ({ rate }) => rate,
  lift: ({ lift }) => lift?.value ?? null,
  value: ({ value }) => value,
  trend: lastRipe,
  ripe: ({ ripe }) => ripe,
};

/** What a column is sorted by: its number, or the words of its channels. */
export const sortedBy = (column: CampaignColumn, numbers: CampaignNumbers): Key =>
  (keys[column] ?? (({ metrics }) => metrics[column]?.value ?? null))(numbers);

function keyOf(line: CampaignLine, column: CampaignColumn): Key {
  if (column === "name") return line.name;
  return line.numbers ? sortedBy(column, line.numbers) : null;
}

/** Amounts of one currency stand together: those of two cannot be compared. */
const currencyOf = (line: CampaignLine, column: CampaignColumn): string =>
  column === "value" || column === "value_per_user" ? (line.numbers?.currency ?? "") : "";

function compare(a: CampaignLine, b: CampaignLine, column: CampaignColumn, sign: number): number {
  const [x, y] = [keyOf(a, column), keyOf(b, column)];
  // What has no value comes last in both directions.
  if (x === null || y === null) return Number(x === null) - Number(y === null);
  const apart = currencyOf(a, column).localeCompare(currencyOf(b, column));
  if (apart !== 0) return apart;
  return sign * (typeof x === "number" ? x - (y as number) : x.localeCompare(y as string));
}

/** Lower case and without accents, as one types it. */
const plain = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export const placed = (lines: CampaignLine[]): Placed[] =>
  lines.map((line, place) => ({ ...line, place }));

/** The lines that are asked for, in the order that is asked for. */
export function shownLines(
  lines: Placed[],
  { search, channel, states, goal, least, sort, descending }: CampaignChoice,
): Placed[] {
  const wanted = plain(search.trim());
  const found = lines.filter(
    ({ name, numbers }) =>
      plain(name).includes(wanted) &&
      (channel === null || numbers?.channels.some((one) => one.label === channel)) &&
      (states.length === 0 || states.includes(numbers?.status ?? "")) &&
      (goal === null || numbers?.goal === goal) &&
      (least === 0 || (numbers?.entries ?? 0) >= least),
  );
  return sort === null
    ? found
    : [...found].sort((a, b) => compare(a, b, sort, descending ? -1 : 1) || a.place - b.place);
}

/** The lines with the values that are credited to them in place of those they claim. */
export function credited(lines: Placed[], credit: CreditState | undefined): Placed[] {
  const rows = new Map(credit?.rows.map((row) => [row.name, row]));
  return lines.map((line) => {
    const row = rows.get(line.name);
    if (!row || !line.numbers || line.numbers.value === null) return line;
    const own = { value: row.amount, value_text: row.credited_value };
    return { ...line, numbers: { ...line.numbers, ...own } };
  });
}

/** The currencies of those that have amounts. */
export const currenciesOf = (lines: CampaignLine[]): string[] => [
  ...new Set(
    lines.flatMap(({ numbers }) => (numbers && numbers.value !== null ? [numbers.currency] : [])),
  ),
];

export interface Totals {
  entries: number | null;
  /** Null where amounts are in several currencies, or nobody has any. */
  value: number | null;
  currency: string;
  /** Campaigns without an amount. */
  without: number;
}

/** Sums of what adds up: an entry is of one campaign, and amounts add up in one currency. */
export function totals(lines: CampaignLine[]): Totals {
  const known = lines.flatMap(({ numbers }) => (numbers ? [numbers] : []));
  const sum = (values: number[]): number | null =>
    values.length > 0 ? values.reduce((all, one) => all + one, 0) : null;
  const paid = known.filter(({ value }) => value !== null);
  const currencies = currenciesOf(lines);
  return {
    entries: sum(known.flatMap(({ entries }) => (entries === null ? [] : [entries]))),
    value: currencies.length === 1 ? sum(paid.map(({ value }) => value ?? 0)) : null,
    currency: currencies[0] ?? "",
    without: lines.length - paid.length,
  };
}

/** What campaigns can be chosen by: the values that any of them has, as one reads them. */
export const valuesOf = (
  lines: CampaignLine[],
  of: (numbers: CampaignNumbers) => string[],
): string[] =>
  [...new Set(lines.flatMap(({ numbers }) => (numbers ? of(numbers) : [])))]
    .filter(Boolean)
    .sort((a, b) => a.localeCompare(b));

/** The highest rate that the bars hold: a round one over all intervals. */
export function rateTop(lines: CampaignLine[]): number {
  const highest = Math.max(
    0.01,
    ...lines.map(({ numbers }) => numbers?.high ?? numbers?.rate ?? 0),
  );
  const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1];
  return steps.find((one) => one >= highest) ?? highest;
}
