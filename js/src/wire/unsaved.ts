// What a saved page tells the widgets beside the traits of Python: which choices it cannot show now.

/** Why a choice cannot be shown beside what is selected, by the value that it would select. */
type Reasons = Record<string, string>;

export interface Unsaved {
  every: Reasons;
  by: Reasons;
  /** By "true" and "false". */
  cumulative: Reasons;
  compare: Reasons;
}

/** With a kernel everything can be shown. */
export const nothingUnsaved: Unsaved = { every: {}, by: {}, cumulative: {}, compare: {} };
