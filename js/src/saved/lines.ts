// The rows of a saved page's line, and its caption.
import {
  captionBand,
  captionEqualAge,
  captionOpen,
  captionPrevious,
  captionRiper,
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
  previous?: Values;
  /** What open intervals may become, by their place on the axis. */
  forecasts?: [place: number, low: number, high: number][];
}

export function seriesRows(line: Line, drawn: Drawn): SeriesRow[] {
  const { axis, template, places, proportion, previous = [], forecasts = [] } = drawn;
  return places.map((place, at): SeriesRow => {
    const [top, base] = [line.numerators?.[at] ?? null, line.denominators?.[at] ?? null];
    const isKnown = proportion && top !== null && base !== null;
    const { low, high } = (isKnown ? wilsonInterval(top, base) : null) ?? { low: null, high: null };
    const [, from = null, to = null] = forecasts.find(([of]) => of === place) ?? [];
    return {
      time_ms: axis.time_ms[place] ?? 0,
      start: axis.start[place] ?? "",
      value: line.values[at] ?? null,
      previous: previous[at] ?? null,
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

const compared = [captionPrevious, captionEqualAge, captionRiper];

/**
 * The caption of a whole campaign's line, for some of its days.
 *
 * Single days do not tell when their entries converted, so the period before them keeps its full age.
 */
export function captionOfDays(caption: string, mayGrow: boolean, matures: boolean): string {
  const earlier = mayGrow && matures ? captionRiper : captionPrevious;
  return caption
    .split(" · ")
    .filter((part) => mayGrow || part !== captionOpen)
    .map((part) => (compared.includes(part) ? earlier : part))
    .join(" · ");
}
