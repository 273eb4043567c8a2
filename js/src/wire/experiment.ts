// Mirrors src/results_widgets/view_model/experiment.py and src/results_widgets/view_model/ripening.py, which write the numbers: here they are placed.

import type { UsualRange } from "./usual_rules";

/** "works", "harms": a difference; "unclear": none is shown; "early", "wrong": too little yet, wrong shares; else unmeasured. */
export type VerdictKind = "works" | "harms" | "unclear" | "early" | "wrong" | "unmeasured";

/** A difference with its interval, as fractions and written. */
export interface ForestMark {
  value: number;
  low: number;
  high: number;
  text: string;
  ends: [low: string, high: string];
}

export interface Verdict {
  kind: VerdictKind;
  title: string;
  detail: string;
  mark: ForestMark | null;
}

export interface ExperimentArm {
  /** The id of the variant. */
  id: string;
  label: string;
  note: string;
  held_back: boolean;
  users: string;
  share: number | null;
  share_text: string;
  planned: string;
  converted: string;
}

/** What the row's difference is relative to the control's value, with its interval; null where there is none. */
export type Relative = [value: number | null, low: number | null, high: number | null];

export interface ForestRow {
  metric: string;
  label: string;
  of: string;
  value: string;
  control: string;
  difference: string;
  interval: string;
  relative: Relative;
  verdict: string;
  up: boolean;
}

/** A difference at the end of each day; days since 1970. */
export interface DifferenceLine {
  label: string;
  /** Whether it is of shares, in points. */
  share: boolean;
  days: number[];
  difference: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
  /** Since when every look excluded 0. */
  since: number | null;
  /** What the readout says of each day. */
  texts: string[];
  last: string;
}

export interface ForestGroup {
  arm: string;
  control: string;
  rows: ForestRow[];
  lines: DifferenceLine[];
}

export interface ExperimentTotal {
  label: string;
  interval: string;
  text: string;
  tone: "good" | "bad" | "";
}

/** What a verdict stands on. */
export interface ExperimentFound {
  level: string;
  arms: ExperimentArm[];
  shares: { met: boolean; title: string; text: string } | null;
  groups: ForestGroup[];
  totals: ExperimentTotal[];
  conditions: { text: string; met: boolean }[];
}

/** How many of the entries of a week, or month, had converted by each age. */
export interface RipeningRow {
  start: string;
  entries: string;
  /** So few entries that their rates say little. */
  few: boolean;
  /** For each age that all of them have reached: the share, and as it is written. */
  rates: [share: number, text: string][];
}

export interface Ripening {
  unit: "week" | "month";
  ages: string[];
  rows: RipeningRow[];
  /** Why there are no rows. */
  note: string;
  /** The Python that gives the table, and the forecast of what is open. */
  code: string[];
}

export interface ExperimentState extends Verdict {
  /** The Python that gives the same; empty where nothing is compared. */
  code: string;
  /** Null where nothing is compared. */
  found: ExperimentFound | null;
  /** Null where no entry has converted, or single entries are not known. */
  ripening: Ripening | null;
  /** The sub-groups that a saved page has by column, or why it has none; a kernel computes them when asked. */
  subgroups?: Record<string, ForestGroup[] | string>;
  /** What usual other rules make of the converted rate; null where that is not told. */
  usual?: UsualRange | null;
}
