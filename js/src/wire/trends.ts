// Mirrors src/results_widgets/view_model/trends.py.

/** The last values of what was received, by "channel:id" and "action:id". */
export type Trends = Record<string, number[]>;
