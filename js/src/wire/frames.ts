// The two frames that the kernel sends: every metric of the screen, and the chart's series.
import type { Cell, Row } from "./arrow";
import type { SeriesRow } from "./chart";
import type { Scope } from "./glossary";
import type { Metric } from "./metrics";
import type { Bytes } from "./serialization";

const number = (cell: Cell | undefined): number | null => (typeof cell === "number" ? cell : null);
const text = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined ? null : String(cell);

/** How bytes become rows: widgets without a table of numbers carry no decoder. */
export type Decode = (bytes: Bytes | undefined) => Row[];

export const noTables: Decode = () => [];

export const noMetric: Metric = {
  value: null,
  numerator: null,
  denominator: null,
  low: null,
  high: null,
  previous: null,
};

/** All numbers of the screen, looked up by scope, id (action or channel; "" for the campaign) and metric. */
export class Metrics {
  readonly size: number;
  #rows = new Map<string, Metric>();

  constructor(rows: Row[]) {
    this.size = rows.length;
    for (const row of rows) {
      const id =
        row.scope === "action"
          ? text(row.action_id)
          : row.scope === "channel"
            ? text(row.channel)
            : "";
      this.#rows.set(Metrics.key(text(row.scope) ?? "", id ?? "", text(row.metric) ?? ""), {
        value: number(row.value),
        numerator: number(row.numerator),
        denominator: number(row.denominator),
        low: number(row.low),
        high: number(row.high),
        previous: number(row.previous),
      });
    }
  }

  static key(scope: string, id: string, metric: string): string {
    return JSON.stringify([scope, id, metric]);
  }

  get(scope: Scope, id: string, metric: string): Metric {
    return this.#rows.get(Metrics.key(scope, id, metric)) ?? noMetric;
  }

  has(scope: Scope, id: string, metric: string): boolean {
    return this.#rows.has(Metrics.key(scope, id, metric));
  }
}

export const seriesRows = (rows: Row[]): SeriesRow[] =>
  rows.map((row) => ({
    time_ms: number(row.time_ms) ?? 0,
    start: text(row.start) ?? "",
    value: number(row.value),
    previous: number(row.previous),
    previous_start: text(row.previous_start),
    by: text(row.by),
    colour: number(row.colour),
    open: row.open === true,
    base: number(row.base),
    low: number(row.low),
    high: number(row.high),
    forecast_low: number(row.forecast_low),
    forecast_high: number(row.forecast_high),
  }));
