// Charts of a saved page: a template filled with a line.
import type { ChartKey, SeriesRow } from "../wire/chart";
import type { Unit } from "../wire/glossary";
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

interface Words {
  title: string;
  caption: string;
  /** Of the axis, as `value_parameters` of charts/values.py takes them. */
  unit: Unit;
  words: string;
}

interface Parameter {
  name: string;
  value?: unknown;
}

/** A chart and its rows as the widgets take them. */
export function filledChart(
  { chart }: ChartTemplate,
  key: ChartKey,
  { title, caption, unit, words }: Words,
  rows: SeriesRow[],
  spec = chart.spec,
): State {
  const values: Record<string, unknown> = { rw_unit: unit, rw_words: words };
  const params = ((spec.params ?? []) as Parameter[]).map((one) =>
    one.name in values ? { ...one, value: values[one.name] } : one,
  );
  return {
    // A template is of an interval, also where the selection leaves that open.
    _chart: { ...chart, title, caption, key, spec: { ...spec, description: title, params } },
    _series: rows,
  };
}
