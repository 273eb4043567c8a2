// Mirrors src/results_widgets/view_model/chart.py and src/results_widgets/view_model/pivot.py.
import type { Selection } from "./selection";

export interface ChartKey {
  metric: string;
  action: string | null;
  channel: string | null;
  every: string;
  cumulative: boolean;
  by: string | null;
  compare: boolean | string;
}

/** The chart of what is selected, without its rows. */
export interface ChartState {
  key: ChartKey;
  title: string;
  caption: string;
  zone_label: string;
  /** The interval that is drawn, also where the key leaves it open ("auto"). */
  every: string;
  spec: Record<string, unknown>;
  /** In a report, of a breakdown; elsewhere the kernel is asked. */
  totals?: Totals;
}

/** A number of the margins of a breakdown's table, and what it is taken of where it is a rate. */
export interface Total {
  value: number | null;
  base: number | null;
}

export interface PeriodTotal extends Total {
  time_ms: number;
}

export interface GroupTotal extends Total {
  by: string;
}

/** The totals of a breakdown: none is a sum, and all that are of everyone include the groups that are not drawn. */
export interface Totals {
  key: ChartKey;
  /** Everyone, in each interval. */
  periods: PeriodTotal[];
  /** Each group that is drawn, in the whole range. */
  groups: GroupTotal[];
  /** Everyone, in the whole range. */
  all: Total;
  /** The Python that gives the same table. */
  code: string;
}

/** A chart that a roll-up cannot provide, and why. */
export interface MissingChart {
  key: ChartKey;
  title: string;
  missing: string;
}

/** A row of the chart's series. */
export interface SeriesRow {
  time_ms: number;
  start: string;
  value: number | null;
  /** The value of the interval that it is compared with, and which that is. */
  previous: number | null;
  previous_start: string | null;
  by: string | null;
  /** Which of the group colours, from 1; 0: none of them. Null without groups. */
  colour: number | null;
  /** The interval's numbers may still grow. */
  open: boolean;
  /** What a rate is taken of. */
  base: number | null;
  /** The 95 % interval of a proportion. */
  low: number | null;
  high: number | null;
  /** Where it will be once its windows are closed, as far as that can be said. */
  forecast_low: number | null;
  forecast_high: number | null;
}

/** Is this chart the one that the selection asks for? */
export function answersFor(key: ChartKey, selection: Selection): boolean {
  return (
    key.metric === selection.metric &&
    key.action === selection.action &&
    key.channel === selection.channel &&
    key.every === selection.every &&
    key.cumulative === selection.cumulative &&
    key.by === selection.by &&
    key.compare === selection.compare
  );
}
