// Mirrors src/results_widgets/view_model/status.py.

import type { Scope } from "./selection";

export interface LeftOut {
  title: string;
  text: string;
}

export interface Status {
  state: "ready" | "computing" | "error" | "empty";
  error: { message: string; hint: string } | null;
  /** What the numbers are of: they are stale under another selection. Null before there are any. */
  of?: Scope | null;
  newest_ms: number | null;
  read_ms: number;
  /** Which version of their table the events are, "version 12"; empty where it has none. */
  version?: string;
  stale: "good" | "warn" | "old";
  zone: string;
  zone_label: string;
  /** Null where the results cannot count them. */
  users_with_developers: number | null;
  users_without_developers: number | null;
  definitions: string[];
  /** How old the period before is beside the range: both are final, both are of one age, or it had longer; null without one. */
  previous_age: "final" | "equal" | "unequal" | null;
  /** The days of the period before, in words: "23 Feb to 1 Mar"; empty without one. */
  previous_range?: string;
  toolkit: string;
  code: string;
  /** Rows that count for nothing, where so many do that it must be said. */
  left_out?: LeftOut | null;
  /** Why nobody has entered though there are events; empty where that is not so. */
  why_empty?: string;
  /** The currency of the goal's amounts; empty if none is named, or if there are several. */
  currency?: string;
  /** What must be known about the numbers shown. */
  note?: string;
}
