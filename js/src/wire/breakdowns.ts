// Mirrors src/results_widgets/view_model/breakdowns.py.

/** What a number is made of: clicks per link, suppressed and failed sends by reason. */
export interface Part {
  metrics: string[];
  rows: { name: string; values: Record<string, number | null> }[];
  /** How many smaller rows were left out. */
  left: number;
}

/** By "channel:id" and "action:id". */
export type Parts = Record<string, Partial<Record<"link" | "reason", Part>>>;
