// Mirrors src/results_widgets/view_model/annotations.py.

/** What is marked on the chart's days. */
export interface Note {
  /** When, in ms. */
  at: number;
  text: string;
  /** A text of the notebook's own, the campaign's start, or the first send of an action. */
  kind: "own" | "start" | "first";
}
