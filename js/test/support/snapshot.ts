// A snapshot of a few numbers: an email and a push channel, an action of each.
import { Metrics } from "../../src/wire/frames";
import type { GlossaryEntry, Scope } from "../../src/wire/glossary";
import type { MetricRow } from "../../src/wire/metrics";
import type { Snapshot } from "../../src/wire/store";
import { selection, status } from "./fixture";

export const metricRow = (
  scope: Scope,
  id: string,
  metric: string,
  value: number | null,
  more: Partial<MetricRow> = {},
): MetricRow => ({
  scope,
  action_id: scope === "action" ? id : null,
  channel: scope === "channel" ? id : null,
  metric,
  value,
  numerator: null,
  denominator: null,
  low: null,
  high: null,
  previous: null,
  ...more,
});

export const entry = (label: string, more: Partial<GlossaryEntry> = {}): GlossaryEntry => ({
  label,
  unit: "count",
  scopes: ["channel", "action"],
  numerator: null,
  denominator: null,
  text: "",
  group: "",
  low_is_good: false,
  proportion: false,
  matures: false,
  base: "",
  ...more,
});

export const rate = (label: string, numerator: string, denominator: string): GlossaryEntry =>
  entry(label, { unit: "rate", numerator, denominator, proportion: true });

export function snapshotOf(
  glossary: Record<string, GlossaryEntry>,
  rows: MetricRow[],
  more: Partial<Snapshot> = {},
): Snapshot {
  const channel = { icon: "", actions: 1, rows: [], bar_base: "", events: [], received: "sent" };
  const action = { template: null, parent: null, trigger: null, delay_ms: 0, variant: null };
  return {
    glossary,
    metrics: new Metrics(rows as never),
    selection,
    status,
    campaign: {
      channels: [
        { id: "email", label: "Email", ...channel },
        { id: "push", label: "Push", ...channel },
      ],
      actions: [
        { id: "mail", name: "Welcome mail", channel: "email", copy: {}, settings: {}, ...action },
        { id: "note", name: "Push note", channel: "push", copy: {}, settings: {}, ...action },
      ],
    },
    ...more,
  } as Snapshot;
}
