// Mirrors src/results_widgets/view_model/glossary.py.

export type Scope = "campaign" | "channel" | "action";
export type Unit = "count" | "users" | "entries" | "rate" | "seconds" | "amount";

export interface GlossaryEntry {
  label: string;
  unit: Unit;
  scopes: Scope[];
  numerator: string | null;
  denominator: string | null;
  /** What a rate is a share of, in a word or two: "entries"; empty where it is a sum of several things. */
  base: string;
  text: string;
  group: string;
  low_is_good: boolean;
  /** Whether each thing below the line counts at most once above it, so that it has an interval. */
  proportion: boolean;
  /** Whether it grows while windows are open, so that an earlier period is riper. */
  matures: boolean;
  /** Why the source cannot say it; only where it cannot. */
  missing?: string;
  /** What a rate is taken of, where that is not what the definition set says. */
  note?: string;
  /** What a range divides instead, and says: there a rate follows the entries that started in it. */
  in_range?: { numerator: string; text: string };
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
