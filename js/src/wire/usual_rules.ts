// Mirrors src/results_widgets/view_model/usual_rules.py, which writes the numbers.

/** What usual other rules make of the headline. */
export interface UsualRules {
  /** The range of the converted rate; empty where nothing can be said. */
  line: string;
  /** Number, rule, other choice, value and change. */
  rows: string[][];
  notes: string[];
}

/** The same of the converted rate alone, whose range stands under the verdict. */
export interface UsualRange extends UsualRules {
  /** The kernel still counts it. */
  awaited: boolean;
}
