// The series of a saved page, unfolded when they are first asked for.
import { moneyPattern, perOneWords } from "../ui/format";
import type { GlossaryEntry, Unit } from "../wire/glossary";
import type { Selection } from "../wire/selection";
import type { PoolEntry, SavedView, SeriesRef, Values } from "./page";

export function runningTotal(values: Values): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value ?? 0;
    return sum;
  });
}

export const ratio = (numerator: number | null, denominator: number | null): number | null =>
  numerator !== null && denominator !== null && denominator > 0 ? numerator / denominator : null;

/** Numerators over denominators, one by one. */
export const ratios = (numerators: Values, denominators: Values): Values =>
  numerators.map((value, at) => ratio(value, denominators[at] ?? null));

export class Pool {
  #entries: PoolEntry[];
  #known = new Map<number, Values>();

  constructor(entries: PoolEntry[]) {
    this.#entries = entries;
  }

  read(place: number): Values {
    const known = this.#known.get(place) ?? this.#unfold(this.#entries[place] ?? []);
    this.#known.set(place, known);
    return known;
  }

  values(reference: SeriesRef): Values {
    if (!Array.isArray(reference)) return this.read(reference);
    return ratios(this.read(reference[0]), this.read(reference[1]));
  }

  #unfold(entry: PoolEntry): Values {
    if (Array.isArray(entry)) return entry;
    if ("steps" in entry) return runningTotal(entry.steps);
    if ("sum" in entry) return runningTotal(this.read(entry.sum));
    return this.read(entry.part).slice(entry.from, entry.from + entry.length);
  }
}

/** Whose metric a selection shows: the campaign's, a channel's or an action's. */
export type Owner = [scope: "campaign" | "channel" | "action", id: string];

export const ownerOf = ({ action, channel }: Pick<Selection, "action" | "channel">): Owner =>
  action !== null ? ["action", action] : channel !== null ? ["channel", channel] : ["campaign", ""];

/** What a line is called within a block; report/lines.py composes the same. */
export const lineName = (scope: string, id: string, metric: string): string =>
  `${scope}|${id}|${metric}`;

/** The glossary's entry of a line's metric. */
export function entryOf(
  { state: { _campaign: campaign, _glossary: glossary } }: SavedView,
  { action, channel, metric }: Pick<Selection, "action" | "channel" | "metric">,
): GlossaryEntry | undefined {
  const own = channel ?? campaign.actions.find((one) => one.id === action)?.channel;
  return glossary[`${own}:${metric}`] ?? glossary[metric];
}

/** How the axis of a line's values is written. */
export function axisOf(
  view: SavedView,
  line: Pick<Selection, "action" | "channel" | "metric">,
): { unit: Unit; words: string } {
  const { unit = "count", base = "" } = entryOf(view, line) ?? {};
  if (unit === "rate") return { unit, words: perOneWords(base) };
  const currency = unit === "amount" ? view.state._status.currency : "";
  return { unit, words: currency ? moneyPattern(currency) : "" };
}

export const selectedLine = (selection: Pick<Selection, "action" | "channel" | "metric">): string =>
  lineName(...ownerOf(selection), selection.metric);
