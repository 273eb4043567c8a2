// Mirrors src/results_widgets/view_model/campaign.py.

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
  /** Whether what it follows was guessed from the order of sends. */
  guessed: boolean;
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
