// The rows of a saved page's line, and its caption.
import {
  captionBand,
  captionCompared,
  captionOpen,
} from "../../../src/results_widgets/_shared/chart.json";
import type { SeriesRow } from "../wire/chart";
import type { Axis, ChartTemplate, SeriesRef, Values } from "./page";
import type { Pool } from "./series";
import { wilsonInterval } from "./wilson";

/** A line's values, and what a rate is made of. */
export interface Line {
  values: Values;
  numerators: Values | null;
  denominators: Values | null;
}

export const lineOf = (pool: Pool, reference: SeriesRef): Line => ({
  values: pool.values(reference),
  numerators: Array.isArray(reference) ? pool.read(reference[0]) : null,
  denominators: Array.isArray(reference) ? pool.read(reference[1]) : null,
});

interface Drawn {
  axis: Axis;
  template: ChartTemplate;
  /** Which of the axis' intervals they are. */
  places: number[];
  /** Whether it is a proportion. */
  proportion: boolean;
  /** The values of the days that it is compared with, and which of the axis' intervals is their first. */
  previous?: { values: Values; from: number };
  /** What open intervals may become, by their place on the axis. */
  forecasts?: [place: number, low: number, high: number][];
}

export function seriesRows(line: Line, drawn: Drawn): SeriesRow[] {
  const { axis, template, places, proportion, previous, forecasts = [] } = drawn;
  return places.map((place, at): SeriesRow => {
    const [top, base] = [line.numerators?.[at] ?? null, line.denominators?.[at] ?? null];
    const isKnown = proportion && top !== null && base !== null;
    const { low, high } = (isKnown ? wilsonInterval(top, base) : null) ?? { low: null, high: null };
    const [, from = null, to = null] = forecasts.find(([of]) => of === place) ?? [];
    return {
      time_ms: axis.time_ms[place] ?? 0,
      start: axis.start[place] ?? "",
      value: line.values[at] ?? null,
      previous: previous?.values[at] ?? null,
      previous_start: (previous && axis.start[previous.from + at]) ?? null,
      by: null,
      colour: null,
      open: place >= template.open,
      base,
      low,
      high,
      forecast_low: from,
      forecast_high: to,
    };
  });
}

/** A caption with what is said of the interval, and of the band where there is one, in the order of Python's. */
export function captionOf(caption: string, words: string, rows: SeriesRow[]): string {
  const [interval = "", ...rest] = caption.split(" · ");
  const band = rows.some((row) => row.low !== null) ? captionBand : "";
  return [interval, words, band, ...rest].filter(Boolean).join(" · ");
}

/** How a caption begins to say what a line is compared with. */
const [dashed = ""] = captionCompared.split("{");

/** The caption of a whole campaign's line, for some of its days, and with what these are compared with. */
export const captionOfDays = (caption: string, mayGrow: boolean, compared: string): string =>
  caption
    .split(" · ")
    .filter((part) => mayGrow || part !== captionOpen)
    .map((part) => (part.startsWith(dashed) ? compared : part))
    .join(" · ");
