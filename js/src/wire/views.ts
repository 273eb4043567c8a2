// Mirrors src/results_widgets/view_model/views.py.

/** A selection kept under a name: the fields that differ from what is selected at first. */
export interface KeptView {
  name: string;
  fields: Record<string, string | boolean | null>;
}
