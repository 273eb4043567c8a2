// Mirrors src/results_widgets/view_model/metrics.py.

/** A metric's value; of a rate its sides and its 95 % interval, of a bounded range the period before. */
export interface Metric {
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  low: number | null;
  high: number | null;
  previous: number | null;
}

/** A row of the frame of all metrics. */
export interface MetricRow extends Metric {
  scope: string;
  action_id: string | null;
  channel: string | null;
  metric: string;
}
