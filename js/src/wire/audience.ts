// Mirrors src/results_widgets/view_model/audience.py.
import type { Locale } from "./locale";

import type { LeftOut } from "./status";

/** How many of a segment's users a channel can reach. */
export interface Reach {
  channel: string;
  label: string;
  icon: string;
  users: number;
  reachable: number;
  bounced: number;
  unsubscribed: number;
  marked_as_spam: number;
  active_7d: number;
  share: number | null;
}

/** A segment in numbers. */
export interface SegmentSummary {
  /** Names the segment in further questions: another view may have opened another one since. */
  token: number;
  name: string;
  rule: string;
  size: number;
  /** The Python expression that gives it. */
  code?: string;
  campaign: { name: string; users: number; entered: number } | null;
}

/** A segment of the Audience widget comes with its reach; that of a click is asked for it. */
export interface SegmentWithReach extends SegmentSummary {
  reach?: Reach[];
}

/** How many users are in exactly these segments. */
export interface Combination {
  parts: boolean[];
  users: number;
}

/** What the kernel keeps of an Audience widget. */
export interface AudienceState {
  sets: SegmentWithReach[];
  overlap: Combination[];
  segment: SegmentWithReach | null;
  left_out: LeftOut | null;
  locale?: Locale;
}

/** A value of an attribute: its share among a segment's users and among the rest of the campaign. */
export interface ProfileRow {
  attribute: string;
  value: string | null;
  segment: number;
  rest: number;
  share: number | null;
  rest_share: number | null;
  difference: number | null;
  low: number | null;
  high: number | null;
  p_value: number | null;
  p_adjusted: number | null;
  differs: boolean;
}

/** A few users, every value as text. */
export interface UserSample {
  columns: string[];
  rows: (string | null)[][];
  /** How many more columns there are. */
  left: number;
}
