// Mirrors src/results_widgets/view_model/highlight.py.

/** Highlighted users: how many of them received each action. */
export interface Highlight {
  name: string;
  size: number;
  entered: number;
  actions: Record<string, number>;
}
