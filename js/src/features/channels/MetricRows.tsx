// Numbers as rows: name, count, bar and rate; and the small line of a trend.
import type { JSX } from "preact";
import { shortValue } from "../../ui/format";
import { channelOf, entryOf } from "../../ui/glossary";
import { MetricButton } from "../../ui/Metric";
import { useSnapshot } from "../../ui/view";
import type { Channel, ChannelRow } from "../../wire/campaign";
import type { Scope } from "../../wire/glossary";

/** A line of the last buckets, without axes: its shape is all it says. */
export function Trend({ values, label }: { values: number[]; label: string }): JSX.Element | null {
  if (values.length < 2) return null;
  const least = Math.min(...values);
  const spread = Math.max(...values) - least || 1;
  const points = values.map(
    (value, i) =>
      `${((i / (values.length - 1)) * 94 + 1).toFixed(1)},${(17 - ((value - least) / spread) * 14).toFixed(1)}`,
  );
  return (
    <svg class="rw-trend" viewBox="0 0 96 20" width="96" height="20" role="img" aria-label={label}>
      <polyline points={points.join(" ")} />
    </svg>
  );
}

const percent = (value: number): string => `${(Math.min(1, Math.max(0, value)) * 100).toFixed(2)}%`;

interface BarProps {
  share: number | null;
  low: number | null;
  high: number | null;
}

/** A bar as long as the rate; the interval is a thin mark on its end. */
export function Bar({ share, low, high }: BarProps): JSX.Element {
  return (
    <span class="rw-bar" aria-hidden="true">
      {share !== null && <span class="rw-bar-fill" style={{ width: percent(share) }} />}
      {low !== null && high !== null && (
        <span class="rw-bar-interval" style={{ left: percent(low), width: percent(high - low) }} />
      )}
    </span>
  );
}

interface RowProps {
  scope: Scope;
  id: string;
  row: ChannelRow;
  base: string;
}

/** Name, count, bar, rate. The bar's length is the rate; a row without a rate is measured against the block's base. */
function MetricRow({ scope, id, row, base }: RowProps): JSX.Element {
  const snapshot = useSnapshot();
  const count = snapshot.metrics.get(scope, id, row.metric);
  const rate = row.rate === null ? null : snapshot.metrics.get(scope, id, row.rate);
  const whole = snapshot.metrics.get(scope, id, base).value;
  const share = rate ? rate.value : count.value !== null && whole ? count.value / whole : null;
  const entry = entryOf(snapshot, row.metric, channelOf(snapshot, scope, id));
  return (
    <li class="rw-row">
      <MetricButton class="rw-row-main" scope={scope} id={id} metric={row.metric}>
        <span class="rw-row-name">{entry.label}</span>
        <span class="rw-row-count">{shortValue(count.value, entry, 10_000_000)}</span>
        <Bar share={share} low={rate?.low ?? null} high={rate?.high ?? null} />
      </MetricButton>
      {row.rate !== null && (
        <MetricButton class="rw-row-rate" scope={scope} id={id} metric={row.rate} />
      )}
    </li>
  );
}

export function MetricRows({
  scope,
  id,
  channel,
}: {
  scope: Scope;
  id: string;
  channel: Channel;
}): JSX.Element {
  const snapshot = useSnapshot();
  const { metrics } = snapshot;
  // What machines did stands apart, wherever there is any of it.
  const made = ["machine_opened", "machine_clicked"].filter(
    (metric) => metrics.get(scope, id, metric).value,
  );
  const rows = [...channel.rows, ...made.map((metric) => ({ metric, rate: null }))];
  const notes = rows.map(({ rate }) => rate && entryOf(snapshot, rate, channel.id).note);
  return (
    <>
      <ul class="rw-rows">
        {rows.map((row) => (
          <MetricRow key={row.metric} scope={scope} id={id} row={row} base={channel.bar_base} />
        ))}
      </ul>
      {[...new Set(notes)].filter(Boolean).map((note) => (
        <p key={note} class="rw-muted" data-testid="rate-base">
          Rates {note}
        </p>
      ))}
    </>
  );
}
