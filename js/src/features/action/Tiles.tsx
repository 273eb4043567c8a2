// The few numbers of an action that are looked at first.
import type { JSX } from "preact";
import { exactValue, ofBase, rate, shortValue } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { MetricButton } from "../../ui/Metric";
import { useSnapshot } from "../../ui/view";
import type { Action, Channel } from "../../wire/campaign";

/** A count or a rate, and below it its base: each a button of its own. */
function Tile({
  id,
  count,
  share,
}: {
  id: string;
  count: string;
  share: string | null;
}): JSX.Element {
  const snapshot = useSnapshot();
  const { channel } = snapshot.campaign.actions.find((one) => one.id === id) as Action;
  const entry = entryOf(snapshot, count, channel);
  const found = share === null ? null : snapshot.metrics.get("action", id, share);
  const rated = entryOf(snapshot, share ?? count, channel);
  return (
    <div class="rw-tile">
      <MetricButton class="rw-key" scope="action" id={id} metric={count}>
        <span class="rw-key-name">{entry.label}</span>
        <span class="rw-key-value">
          {exactValue(snapshot.metrics.get("action", id, count).value, entry)}
        </span>
      </MetricButton>
      {share !== null && found && (
        <MetricButton class="rw-key-share" scope="action" id={id} metric={share}>
          {`${shortValue(found.value, rated)} ${ofBase(found, rated)}`.trim()}
        </MetricButton>
      )}
    </div>
  );
}

/** The share of entries where the numbers of the selection have it only in the flow. */
function Reached({ action }: { action: Action }): JSX.Element | null {
  const { flow } = useSnapshot();
  const node = flow.arms[0]?.nodes.find((one) => one.action_id === action.id);
  if (node?.share_of_entries == null) return null;
  return (
    <div class="rw-tile">
      <div class="rw-key">
        <span class="rw-key-name">Of entries, reached it</span>
        <span class="rw-key-value">{rate(node.share_of_entries)}</span>
      </div>
    </div>
  );
}

export function Tiles({
  action,
  channel,
}: {
  action: Action;
  channel: Channel | undefined;
}): JSX.Element {
  const { metrics } = useSnapshot();
  const has = (metric: string | null): boolean =>
    metric !== null && metrics.has("action", action.id, metric);
  const reaction = channel?.rows.find(
    ({ metric, rate }) => rate !== null && metric !== "delivered" && has(metric),
  );
  const wanted: [string, string | null][] = [
    ["users_received", "share_of_entries"],
    ...(reaction ? [[reaction.metric, reaction.rate] as [string, string | null]] : []),
    ["conversions_attributed", "conversion_rate_attributed"],
  ];
  return (
    <div class="rw-keys">
      {wanted
        .filter(([count]) => has(count))
        .map(([count, share]) => (
          <Tile key={count} id={action.id} count={count} share={has(share) ? share : null} />
        ))}
      {!has("share_of_entries") && <Reached action={action} />}
    </div>
  );
}
