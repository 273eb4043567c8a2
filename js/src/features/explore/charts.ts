// Charts are drawn by a module that comes as text: it is large, is needed by few widgets, and is evaluated once a page, when
// the first chart is drawn.

import { tones } from "../../../../src/results_widgets/_shared/chart.json";
import { colour } from "../../ui/theme";
import type { SeriesRow } from "../../wire/chart";
import { evaluated, type Source } from "../../wire/code";

export type Signals = Record<string, string>;
export type Hover = (at: { time: number; x: number } | null) => void;

/** Where the open intervals stand, in parts of the chart's box; null when there are none. */
export interface OpenBand {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Words {
  title: string;
  caption: string;
}

export interface Chart {
  update(rows: SeriesRow[]): Promise<void>;
  restyle(signals: Signals): Promise<void>;
  onHover(report: Hover): void;
  /** Called now and whenever the chart takes another size or other rows. */
  onLayout(report: (open: OpenBand | null) => void): void;
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

export const loadCharts = (source: Source): Promise<ChartModule> => evaluated(source);

export type Tone = "users" | "engaged" | "conversions";

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
