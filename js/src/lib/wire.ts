// The typed shape of the synced state. It mirrors src/results_widgets/widgets/_wire.py: change both together.
import type { AudienceState } from "./audience";

export type Scope = "campaign" | "channel" | "action";
/** "seconds" is the glossary's name of a duration; both are understood. */
export type Unit = "count" | "users" | "rate" | "duration" | "seconds" | "amount";
export type Bytes = DataView | ArrayBuffer | Uint8Array | null;

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
  events?: string[];
  received?: string;
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

export interface ChartKey {
  metric: string;
  action: string | null;
  channel: string | null;
  every: string;
  cumulative: boolean;
  by: string | null;
  compare: boolean;
}

export interface ChartState {
  key: ChartKey;
  title: string;
  caption: string;
  zone_label: string;
  spec: Record<string, unknown>;
  /** Why there is no line, where a roll-up does not tell it. */
  missing?: string;
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

export interface Selection {
  metric: string;
  action: string | null;
  channel: string | null;
  range: string;
  start: string | null;
  end: string | null;
  every: string;
  cumulative: boolean;
  compare: boolean;
  by: string | null;
  variant: string | null;
  time_zone: string | null;
  definitions: string;
  developers: boolean;
  machine_opens: boolean;
}

export interface Options {
  by: string[];
  time_zones: string[];
  ranges: string[];
  every: string[];
  /** Why controls cannot be used; those that can are not in it. */
  closed?: Partial<Record<"users" | "by" | "developers" | "machine_opens", string>>;
}

/** What numbers are made of: clicks per link, suppressed and failed sends by reason. */
export interface Part {
  metrics: string[];
  rows: { name: string; values: Record<string, number | null> }[];
  left: number;
}

export type Parts = Record<string, Partial<Record<"link" | "reason", Part>>>;

/** Where given users were: how many of them received each action. */
export interface Highlight {
  name: string;
  size: number;
  entered: number;
  actions: Record<string, number>;
}

export interface Wire {
  _audience: AudienceState;
  _parts: Parts;
  _highlight: Partial<Highlight>;
  _campaign: Campaign;
  _glossary: Glossary;
  _metrics: Bytes;
  _flow: Flow;
  _trends: Record<string, number[]>;
  _chart: ChartState;
  _series: Bytes;
  _status: Status;
  _selection: Selection;
  _options: Options;
  _viewer_zone: string;
  _chart_esm: string;
}

export const traits: (keyof Wire)[] = [
  "_campaign",
  "_glossary",
  "_metrics",
  "_flow",
  "_trends",
  "_chart",
  "_series",
  "_status",
  "_selection",
  "_options",
  "_parts",
  "_highlight",
  "_audience",
];

/** What a widget shows when a trait has not arrived yet or is left empty by a smaller widget. */
export const defaults = {
  campaign: {
    id: "",
    name: "",
    status: "",
    delivery: "",
    started_at: null,
    finished_at: null,
    goal: { events: [], mode: "single" },
    attribution_window_ms: 0,
    holdback: 0,
    on_finish: "keep_windows",
    variants: [],
    actions: [],
    channels: [],
  } as Campaign,
  flow: { arms: [], held_back: 0 } as Flow,
  chart: {
    key: {
      metric: "",
      action: null,
      channel: null,
      every: "1d",
      cumulative: false,
      by: null,
      compare: false,
    },
    title: "",
    caption: "",
    zone_label: "",
    spec: {},
  } as ChartState,
  status: {
    state: "computing",
    error: null,
    newest_ms: null,
    read_ms: 0,
    stale: "good",
    zone: "UTC",
    zone_label: "UTC",
    users_with_developers: 0,
    users_without_developers: 0,
    definitions: [],
    toolkit: "",
    code: "",
  } as Status,
  selection: {
    metric: "users",
    action: null,
    channel: null,
    range: "whole",
    start: null,
    end: null,
    every: "1d",
    cumulative: false,
    compare: false,
    by: null,
    variant: null,
    time_zone: null,
    definitions: "default",
    developers: true,
    machine_opens: true,
  } as Selection,
  options: { by: [], time_zones: [], ranges: [], every: [] } as Options,
};
