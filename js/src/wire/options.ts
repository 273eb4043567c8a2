// Mirrors src/results_widgets/view_model/options.py.

import type { Locale } from "./locale";

/** A control that some results cannot serve. */
export type Closable = "users" | "by" | "developers" | "machine_opens" | "clock";

/** What the menus offer. */
export interface Options {
  by: string[];
  time_zones: string[];
  ranges: string[];
  every: string[];
  /** Names of all locales. */
  locales?: string[];
  /** The name of the campaign that lines can stand beside. */
  compare?: string | null;
  /** Without it, English. */
  locale?: Locale;
  /** Why controls cannot be used; those that can are not in it. */
  closed?: Partial<Record<Closable, string>>;
}
