// Mirrors src/results_widgets/view_model/usual_rules.py, src/results_widgets/view_model/told_tables.py, and src/results_widgets/_written_table.py.

/** A finding as a sentence, a table of text, and notes. */
export interface WrittenTable {
  /** What the table is of. */
  label: string;
  heads: string[];
  /** Which columns hold numbers, by place. */
  numbers: number[];
  /** Text, or steps that follow one another. */
  rows: (string | string[])[][];
  notes: string[];
  /** Stands before the table; empty where nothing is said. */
  line: string;
}

/** What usual other rules make of the converted rate alone, whose range stands under the verdict. */
export interface UsualRange extends WrittenTable {
  /** The kernel still counts it. */
  awaited: boolean;
}
