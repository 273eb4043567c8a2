// Mirrors src/results_widgets/view_model/wire.py.

export type Scope = "campaign" | "channel" | "action";
export type Unit = "count" | "users" | "rate" | "seconds" | "amount";

export interface Variant {
  id: string;
  name: string;
  share: number;
  control: boolean;
}

export interface Action {
  id: string;
  name: string;
  channel: string;
  template: string | null;
  parent: string | null;
  trigger: string | null;
  delay_ms: number;
  variant: string | null;
  copy: Record<string, unknown>;
  settings: Record<string, unknown>;
}

export interface ChannelRow {
  metric: string;
  rate: string | null;
}

export interface Channel {
  id: string;
  label: string;
  icon: string;
  actions: number;
  rows: ChannelRow[];
  bar_base: string;
  /** The channel's events, without the one that means "received". */
  events: string[];
  received: string;
}

export interface Campaign {
  id: string;
  name: string;
  status: string;
  delivery: string;
  started_at: number | null;
  finished_at: number | null;
  goal: { events: string[]; mode: string };
  attribution_window_ms: number;
  holdback: number;
  on_finish: string;
  variants: Variant[];
  actions: Action[];
  channels: Channel[];
}

export interface GlossaryEntry {
  label: string;
  unit: Unit;
  scopes: Scope[];
  numerator: string | null;
  denominator: string | null;
  text: string;
  group: string;
  low_is_good: boolean;
  /** Only where it is estimated from sketches of users. */
  approximate?: Estimate;
}

/** How far off an estimate may be, in words, and which sides of a rate are estimates. */
export interface Estimate {
  within: string;
  numerator: boolean;
  denominator: boolean;
}

export type Glossary = Record<string, GlossaryEntry>;

/** Counts of the flow are null where a report keeps small ones to itself. */
export interface FlowNode {
  action_id: string;
  users_received: number | null;
  conversions: number | null;
  share_of_entries: number | null;
}

export interface FlowEdge {
  source: string;
  target: string;
  users: number | null;
  share: number | null;
  drop_off: number | null;
}

export interface Arm {
  id: string | null;
  label: string;
  entries: number | null;
  conversions: number | null;
  unattributed: number | null;
  open: number | null;
  nodes: FlowNode[];
  edges: FlowEdge[];
}

export interface Flow {
  arms: Arm[];
  held_back: number | null;
}

export interface Status {
  state: "ready" | "computing" | "error" | "empty";
  error: { message: string; hint: string } | null;
  newest_ms: number | null;
  read_ms: number;
  stale: "good" | "warn" | "old";
  zone: string;
  zone_label: string;
  /** Null where they cannot be told. */
  users_with_developers: number | null;
  users_without_developers: number | null;
  definitions: string[];
  toolkit: string;
  code: string;
  /** What must be known about the numbers shown. */
  note?: string;
}

/** Where the first numbers failed, nothing is known but why. */
export type FailedStatus = Pick<Status, "state" | "error">;

/** A metric's value; of a rate its sides and its 95 % interval, of a bounded range the period before. */
export interface Metric {
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  low: number | null;
  high: number | null;
  previous: number | null;
}

/** A row of the frame of all metrics. */
export interface MetricRow extends Metric {
  scope: string;
  action_id: string | null;
  channel: string | null;
  metric: string;
}

/** The last values of what was received, by "channel:id" and "action:id". */
export type Trends = Record<string, number[]>;
