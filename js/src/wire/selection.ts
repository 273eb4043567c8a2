// Mirrors src/results_widgets/view_model/selection.py.

/** What is selected, shared by all widgets of one Python Selection. */
export interface Selection {
  metric: string;
  action: string | null;
  channel: string | null;
  range: string;
  /** First and last day of a custom range, "2026-03-01". */
  start: string | null;
  end: string | null;
  every: string;
  cumulative: boolean;
  /** Whether with the period before; or "last_year", the first day of another period, "2026-02-15", or "campaign". */
  compare: boolean | string;
  by: string | null;
  variant: string | null;
  time_zone: string | null;
  definitions: string;
  developers: boolean;
  machine_opens: boolean;
  /** The day that counts stand on: of the "event", or of the "entry". */
  clock: string;
  /** The name of a locale, whose ways of writing come with the options; null for English. */
  locale?: string | null;
}

/** What changes every number, and so needs the kernel. */
export type Scope = Pick<
  Selection,
  "range" | "start" | "end" | "time_zone" | "definitions" | "developers" | "machine_opens" | "clock"
>;

const computed: (keyof Scope)[] = [
  "range",
  "time_zone",
  "definitions",
  "developers",
  "machine_opens",
  "clock",
];

/** Whether every number is another one under another selection. Only a range of one's own has days of its own. */
export const isCountedAnew = (before: Scope, next: Scope): boolean =>
  computed.some((name) => before[name] !== next[name]) ||
  (next.range === "custom" && (before.start !== next.start || before.end !== next.end));
