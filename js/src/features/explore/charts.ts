// Charts are drawn by a module that comes as text: it is large, is needed by few widgets, and is evaluated once a page, when
// the first chart is drawn.

import { plotHeight, tones } from "../../../../src/results_widgets/_shared/chart.json";
import { colour } from "../../ui/theme";
import type { SeriesRow } from "../../wire/chart";
import { evaluated, type Source } from "../../wire/code";
import type { Noted } from "./notes";

export type Signals = Record<string, string>;

/** An instant that is pointed at. */
export interface Mark {
  time: number;
  /** In pixels of the chart's box, in the plot that is pointed at. */
  x: number;
  /** The line that is pointed at, if lines have groups. */
  by: string | null;
  /** Where it is in each plot, in pixels. */
  lines: { x: number; top: number; height: number }[];
}

export type Hover = (at: Mark | null) => void;

export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The name of a line, or of its plot, in the drawing. */
export interface LineName extends Place {
  by: string;
}

/** What stands where, in parts of the chart's box. */
export interface Layout {
  /** The width of the box, in pixels. */
  wide: number;
  plots: Place[];
  /** Two instants, and how far across each plot they are. */
  axis: { first: number; last: number; from: number; to: number };
  /** Open intervals, in each plot. */
  open: Place[];
  names: LineName[];
}

export interface Words {
  title: string;
  caption: string;
  noted: Noted[];
}

export interface Chart {
  update(rows: SeriesRow[]): Promise<void>;
  restyle(signals: Signals): Promise<void>;
  onHover(report: Hover): void;
  /** Called now and whenever the chart takes another size or other rows. */
  onLayout(report: (layout: Layout) => void): void;
  /** Has a line stand out; null: all alike. */
  lift(by: string | null): void;
  /** As a file, with the words that stand around it on the page. */
  toSVG(words: Words): Promise<string>;
  toPNG(words: Words): Promise<string>;
  finalize(): void;
}

interface ChartModule {
  draw(
    el: HTMLElement,
    spec: Record<string, unknown>,
    rows: SeriesRow[],
    signals: Signals,
  ): Promise<Chart>;
}

let loaded = false;

export async function loadCharts(source: Source): Promise<ChartModule> {
  const found = await evaluated<ChartModule>(source);
  loaded = true;
  return found;
}

/** Whether charts can be drawn at once. */
export const chartsLoaded = (): boolean => loaded;

export type Tone = "users" | "engaged" | "conversions";

/** How many small plots stand beside one another in a box so wide. */
export const columnsFor = (wide: number): number => (wide >= 560 ? 3 : wide >= 320 ? 2 : 1);

/** A chart of small plots with so many of them beside one another. */
export const inColumns = (
  spec: Record<string, unknown>,
  columns: number,
): Record<string, unknown> => ("facet" in spec ? { ...spec, columns } : spec);

/** A chart of small plots as one plot: that of a single group. */
export function asOne(spec: Record<string, unknown>): Record<string, unknown> {
  if (!("facet" in spec)) return spec;
  const { facet: _, transform: __, spec: inner, columns: ___, spacing: ____, ...rest } = spec;
  const { layer } = inner as { layer: unknown };
  const autosize = { type: "fit-x", contains: "padding" };
  return { ...rest, layer, autosize, width: "container", height: plotHeight };
}

/** Which of the three colours a metric has; everything that is neither engagement nor conversion counts people. */
export function toneOf(metric: string): Tone {
  const isOf = (tone: keyof typeof tones): boolean =>
    tones[tone].some((part) => metric.includes(part));
  return isOf("conversions") ? "conversions" : isOf("engaged") ? "engaged" : "users";
}

/** The colours a chart needs, as the theme has them now. */
export function chartSignals(root: HTMLElement, metric: string): Signals {
  return {
    rw_text: colour(root, "--rw-ink"),
    rw_muted: colour(root, "--rw-muted"),
    rw_grid: colour(root, "--rw-line"),
    rw_line: colour(root, `--rw-${toneOf(metric)}`, true),
    rw_previous: colour(root, "--rw-faint"),
    rw_surface: colour(root, "--rw-surface"),
    // Open intervals are hatched by the page: a pattern inside the drawing would need an id, and ids are global.
    rw_open: "transparent",
    ...Object.fromEntries(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => [`rw_group_${n}`, colour(root, `--rw-group-${n}`, true)]),
    ),
  };
}
