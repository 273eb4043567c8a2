// Mirrors src/results_widgets/view_model/campaigns.py, src/results_widgets/view_model/campaigns_shared.py,
// src/results_widgets/view_model/campaign_choice.py, src/results_widgets/view_model/campaign_settings.py and
// src/results_widgets/view_model/campaign_trends.py.
import type { VerdictKind } from "./experiment";
import type { Unit } from "./glossary";
import type { Closable } from "./options";
import type { Selection } from "./selection";

/** The converted rate of one week's entries; it may still rise where it is not ripe. */
export interface TrendMark {
  value: number | null;
  ripe: boolean;
}

/** One step of a campaign: how many of those who received it converted after it, by week. */
export interface StepTrend {
  name: string;
  channel: string;
  icon: string;
  text: string;
  trend: TrendMark[];
}

/** What an unfolded row says. */
export interface CampaignDetail {
  kind: VerdictKind;
  title: string;
  detail: string;
  steps: StepTrend[];
}

export interface CampaignChannel {
  label: string;
  icon: string;
}

/** How far all treatments together lie over the held back, in words and as shares. */
export interface Lift {
  value: number;
  low: number | null;
  high: number | null;
  text: string;
  interval: string;
  /** better, worse, no difference shown, too early, not comparable */
  verdict: string;
}

export interface CampaignNumbers {
  status: string;
  channels: CampaignChannel[];
  /** Names of the goal's events. */
  goal: string;
  /** There are arms to compare. */
  has_experiment: boolean;
  entries: number | null;
  entries_text: string;
  rate: number | null;
  low: number | null;
  high: number | null;
  rate_text: string;
  interval_text: string;
  lift: Lift | null;
  /** Why there is no lift; empty where there is. */
  no_lift: string;
  value: number | null;
  value_text: string;
  currency: string;
  trend: TrendMark[];
  /** The highest rate of the trend. */
  best: string;
  ripe: number | null;
  ripe_text: string;
  /** "1,494 windows open until 19 April"; empty where all have ended. */
  windows: string;
  /** Every metric of the campaign as a whole, by its key. */
  metrics: Record<string, { value: number | null; text: string }>;
  detail: CampaignDetail | null;
}

export interface CampaignLine {
  name: string;
  /** The page of its own; empty where it opens in place. */
  href: string;
  /** Why there are no numbers; empty where there are, or will be. */
  trouble: string;
  numbers: CampaignNumbers | null;
}

export interface MonthChoice {
  value: string;
  label: string;
}

/** What messaging changed in all campaigns that hold users back. */
export interface Together {
  value: number;
  text: string;
  interval: string;
  verdict: string;
  /** "About 1,850 more users converted, in the 9 campaigns that hold back" */
  more: string;
}

/** A metric that can be a column, or drawn of all campaigns. */
export interface CampaignMetric {
  key: string;
  label: string;
  unit: Unit;
  text: string;
}

/** What is in force in all campaigns; where they differ, the words say so. */
export interface CampaignSettings {
  zone: string;
  zone_label: string;
  definitions: string;
  offered: string[];
  clock: string;
  machine_opens: boolean;
  closed: Partial<Record<Closable, string>>;
}

export interface CampaignsState {
  rows: CampaignLine[];
  together: Together | null;
  months: MonthChoice[];
  metrics: CampaignMetric[];
  scope: string;
  /** When the newest event of any campaign happened; null while that is not known. */
  newest_ms: number | null;
  settings: CampaignSettings | null;
  /** The numbers are still being computed. */
  busy: boolean;
}

/** "name", "channels", "entries", "rate", "lift", "value", "trend", "ripe", or a metric's key. */
export type CampaignColumn = string;
export type CampaignTab = "overlap" | "credit" | "pressure" | "heatmap";
export type CreditRule = "last" | "first" | "shared";
export type CampaignPart = "results" | "experiment";

/** What a dashboard's selection has, too; what is open follows the campaigns. */
export interface ChosenSettings extends Pick<Selection, "time_zone" | "locale"> {
  /** Empty: each campaign's own. */
  definitions: string;
  clock: string | null;
  machine_opens: boolean | null;
}

export interface CampaignChoice extends ChosenSettings {
  month: string | null;
  search: string;
  channel: string | null;
  /** Empty: any. */
  states: string[];
  goal: string | null;
  /** Fewest entries. */
  least: number;
  show: "table" | "multiples";
  /** The key of what small multiples draw. */
  metric: string;
  columns: CampaignColumn[];
  sort: CampaignColumn | null;
  descending: boolean;
  campaign: string | null;
  part: CampaignPart;
  tab: CampaignTab;
  rule: CreditRule;
  /** Whose value the table shows: what each campaign claims, or is credited by a rule. */
  credit: "each" | CreditRule;
}

/** Users of exactly these campaigns, by their places. */
export interface CampaignSet {
  campaigns: number[];
  users: number;
}

export interface OverlapState {
  names: string[];
  /** Users of each campaign, and of each two. */
  users: number[];
  both: number[][];
  sets: CampaignSet[];
  any: number;
  several: number;
  /** Users in one campaign, in two, and in more. */
  by_number: [number, number, number];
}

export interface CreditRow {
  name: string;
  claimed: number;
  credited: number;
  /** The value that is credited. */
  amount: number | null;
  claimed_value: string;
  credited_value: string;
}

export interface CreditState {
  rows: CreditRow[];
  claimed: number;
  happened: number;
  /** Values of all, each purchase once; empty where amounts do not add up. */
  happened_value: string;
}

export interface PressureRow {
  messages: number;
  users: number;
  /** Null where no campaign's channel reports them. */
  opened: number | null;
  unsubscribed: number | null;
  marked_as_spam: number | null;
  converted: number | null;
}

export interface PressureState {
  week: PressureRow[];
  message: PressureRow[];
}

export interface HeatmapRow {
  name: string;
  /** By weekday, Monday first, and hour; null where that is not available. */
  values: (number | null)[][];
}

export interface HeatmapState {
  rows: HeatmapRow[];
  zone: string;
}

export interface CampaignTrend {
  name: string;
  /** One for each of the starts; empty where there is a trouble. */
  values: (number | null)[];
  /** The place from which on they may still grow. */
  open: number | null;
  currency: string;
  trouble: string;
}

/** A metric of every campaign over time, by intervals that all share. */
export interface CampaignTrends {
  unit: Unit;
  base: string;
  every: string;
  /** First days, "2026-03-02". */
  starts: string[];
  rows: CampaignTrend[];
}

/** What campaigns share, each part once it was asked for. */
export interface SharedState {
  overlap?: OverlapState;
  credit?: Partial<Record<CreditRule, CreditState>>;
  pressure?: PressureState;
  heatmap?: HeatmapState;
  trends?: Record<string, CampaignTrends>;
}
