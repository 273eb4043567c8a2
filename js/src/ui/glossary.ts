// What a number is called, what it means, and what selects it.

import type { GlossaryEntry, Scope } from "../wire/glossary";
import type { Selection } from "../wire/selection";
import type { Snapshot } from "../wire/store";
import {
  type Change,
  change,
  exactValue,
  fraction,
  fractionText,
  interval,
  isOfFew,
  perCent,
  sides,
} from "./format";
import { capitalised, spaced } from "./text";

export interface MetricRef {
  scope: Scope;
  /** Action or channel; "" for the campaign. */
  id: string;
  metric: string;
}

/** An entry as it is shown: of amounts with their currency, where all are in one. */
export interface ShownEntry extends GlossaryEntry {
  currency?: string;
}

/** The glossary's row; channels that mean something else by the same name have a row of their own, "channel:metric". */
export function entryOf(
  snapshot: Pick<Snapshot, "glossary" | "status">,
  metric: string,
  channel: string | null = null,
): ShownEntry {
  const entry = snapshot.glossary[`${channel}:${metric}`] ??
    snapshot.glossary[metric] ?? {
      label: capitalised(spaced(metric)),
      unit: /rate$/.test(metric) ? "rate" : "count",
      scopes: [],
      numerator: null,
      denominator: null,
      base: "",
      text: "",
      group: "",
      low_is_good: false,
      proportion: false,
      matures: false,
    };
  const { currency } = snapshot.status;
  return entry.unit === "amount" && currency ? { ...entry, currency } : entry;
}

/** The channel a number belongs to, if it belongs to one. */
export function channelOf({ campaign }: Snapshot, scope: Scope, id: string): string | null {
  if (scope === "channel") return id;
  return scope === "action"
    ? (campaign.actions.find((one) => one.id === id)?.channel ?? null)
    : null;
}

export const entryFor = (snapshot: Snapshot, { scope, id, metric }: MetricRef): GlossaryEntry =>
  entryOf(snapshot, metric, channelOf(snapshot, scope, id));

export const selectionOf = ({ scope, id, metric }: MetricRef): Partial<Selection> => ({
  metric,
  action: scope === "action" ? id : null,
  channel: scope === "channel" ? id : null,
});

export function isSelected(ref: MetricRef, selection: Selection): boolean {
  const wanted = selectionOf(ref);
  return (
    wanted.metric === selection.metric &&
    wanted.action === selection.action &&
    wanted.channel === selection.channel
  );
}

/** Name and exact value, as a screen reader says it: "Users: 24,118"; of an estimate how far off it may be, too. */
export function spoken(snapshot: Snapshot, ref: MetricRef): string {
  const entry = entryFor(snapshot, ref);
  const metric = snapshot.metrics.get(ref.scope, ref.id, ref.metric);
  if (entry.missing) return `${entry.label}: not available`;
  if (metric.value === null) return `${entry.label}: no value`;
  const parts = [
    `${entry.label}: ${exactValue(metric.value, entry)}`,
    fractionText(metric, entry),
    metric.value !== 0 && entry.approximate?.within,
  ];
  return parts.filter(Boolean).join(", ");
}

/** "Unique opens 1,072 / Delivered 3,982": what a rate divides, by name. */
function division(snapshot: Snapshot, ref: MetricRef): string {
  const metric = snapshot.metrics.get(ref.scope, ref.id, ref.metric);
  const entry = entryFor(snapshot, ref);
  const divided = fraction(metric, entry);
  if (!divided || !entry.numerator || !entry.base || entry.missing) return "";
  const channel = channelOf(snapshot, ref.scope, ref.id);
  const above = entryOf(snapshot, entry.numerator, channel).label;
  return `${above} ${divided[0]} / ${capitalised(entry.base)} ${divided[1]}`;
}

/** What a tooltip tells of a number. */
export interface Facts {
  name: string;
  value: string;
  /** What it divides, its interval, how near it is. */
  lines: string[];
  /** The period before, where one is compared with. */
  before: { when: string; value: string; change: Change | null } | null;
  /** What it means. */
  text: string[];
  /** The metric whose users it counts; null where it counts none. */
  behind: string | null;
}

/** The metric whose users stand behind one: of a rate those above its line. */
export function behindOf(snapshot: Snapshot, ref: MetricRef): string | null {
  const entry = entryFor(snapshot, ref);
  const behind = entry.unit === "seconds" ? "conversions" : (entry.numerator ?? ref.metric);
  // What a rate in a range is made of has no row of its own.
  const known = snapshot.metrics.has(ref.scope, ref.id, behind) || behind in snapshot.glossary;
  return known && !entry.missing ? behind : null;
}

/** All that is known of a number, in the order in which it is read. */
export function factsOf(snapshot: Snapshot, ref: MetricRef): Facts {
  const entry = entryFor(snapshot, ref);
  const metric = snapshot.metrics.get(ref.scope, ref.id, ref.metric);
  const range = interval(metric);
  const { value, previous } = metric;
  const lines = [
    division(snapshot, ref) || sides(metric, entry),
    range && `${perCent("95")} interval ${range}`,
    isOfFew(metric.denominator, entry) && "Too few to say much",
    value !== null && value !== 0 && entry.approximate?.within,
  ];
  return {
    name: entry.label,
    value: exactValue(value, entry),
    lines: lines.filter((line) => typeof line === "string" && line !== "") as string[],
    before:
      previous === null
        ? null
        : {
            when: snapshot.status.previous_range || "Period before",
            value: exactValue(previous, entry),
            change: change(metric, entry),
          },
    text: [entry.missing, entry.text].filter((text) => text) as string[],
    behind: behindOf(snapshot, ref),
  };
}
