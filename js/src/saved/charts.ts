// Charts of a saved page: a template filled with a line.
import type { ChartKey, SeriesRow } from "../wire/chart";
import type { Selection } from "../wire/selection";
import type { ChartTemplate, State } from "./page";

export const chartKey = ({
  metric,
  action,
  channel,
  every,
  cumulative,
  by,
  compare,
}: Selection): ChartKey => ({ metric, action, channel, every, cumulative, by, compare });

/** A chart and its rows as the widgets take them. */
export function filledChart(
  { chart }: ChartTemplate,
  key: ChartKey,
  words: { title: string; caption: string },
  rows: SeriesRow[],
  spec = chart.spec,
): State {
  return {
    // A template is of an interval, also where the selection leaves that open.
    _chart: { ...chart, ...words, key, spec: { ...spec, description: words.title } },
    _series: rows,
  };
}
