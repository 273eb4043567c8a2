// A number that can be clicked: it shows one metric and, pressed, is what Explore draws.
import type { ComponentChildren, JSX } from "preact";
import { behind, full, raw, short } from "../lib/format";
import { useSnapshot, useView, type Snapshot } from "../lib/model";
import type { GlossaryEntry, Scope, Selection } from "../lib/wire";

export interface MetricRef {
  scope: Scope;
  /** Action or channel; "" for the campaign. */
  id: string;
  metric: string;
}

export function entryOf(snapshot: Snapshot, metric: string): GlossaryEntry {
  const words = metric.replace(/_/g, " ");
  return snapshot.glossary[metric] ?? {
    label: words.charAt(0).toUpperCase() + words.slice(1), unit: /rate$/.test(metric) ? "rate" : "count", scopes: [],
    numerator: null, denominator: null, text: "", group: "", low_is_good: false,
  };
}

export const selectionOf = ({ scope, id, metric }: MetricRef): Partial<Selection> => ({
  metric, action: scope === "action" ? id : null, channel: scope === "channel" ? id : null,
});

export function isSelected(ref: MetricRef, selection: Selection): boolean {
  const wanted = selectionOf(ref);
  return wanted.metric === selection.metric && wanted.action === selection.action && wanted.channel === selection.channel;
}

/** Name and exact value, as a screen reader says it: "Users: 24,118". */
export function spoken(snapshot: Snapshot, ref: MetricRef): string {
  const entry = entryOf(snapshot, ref.metric);
  const metric = snapshot.metrics.get(ref.scope, ref.id, ref.metric);
  if (metric.value === null) return `${entry.label}: no value`;
  const value = full(metric.value, entry.unit);
  const detail = behind(metric, entry.unit);
  return detail === value ? `${entry.label}: ${value}` : `${entry.label}: ${value}, ${detail}`;
}

/** What the tooltip adds: the words of the glossary. */
export function explained(snapshot: Snapshot, ref: MetricRef): string {
  const text = entryOf(snapshot, ref.metric).text;
  return text ? `${spoken(snapshot, ref)}\n${text}` : spoken(snapshot, ref);
}

interface Props extends MetricRef {
  class?: string;
  children?: ComponentChildren;
  /** Shorten numbers from this size on. */
  compactFrom?: number;
}

export function MetricButton({ scope, id, metric, class: name = "rw-number", children, compactFrom }: Props): JSX.Element {
  const { store } = useView();
  const snapshot = useSnapshot();
  const ref = { scope, id, metric };
  const value = snapshot.metrics.get(scope, id, metric).value;
  return (
    <button type="button" class={name} aria-pressed={isSelected(ref, snapshot.selection)} aria-label={spoken(snapshot, ref)}
      title={explained(snapshot, ref)} data-scope={scope} data-metric={metric} data-value={raw(value)}
      data-channel={scope === "channel" ? id : undefined} onClick={() => store.select(selectionOf(ref))}>
      {children ?? short(value, entryOf(snapshot, metric).unit, compactFrom)}
    </button>
  );
}
