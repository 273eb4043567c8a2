// The columns of the channels' lines: one for each step, shared by metrics of different channels that mean the same step.
import { entryOf } from "../../ui/glossary";
import type { Snapshot } from "../../wire/store";

export interface Step {
  label: string;
  metrics: string[];
  /** What the rates in the column are of; null where its channels differ, "" where it has no rates. */
  base: string | null;
}

/** Steps that have other names in other channels, from the first to the last. */
const shared: [label: string, metrics: string[]][] = [
  ["Delivered", ["delivered"]],
  ["Opened", ["unique_opened", "opened", "read"]],
  ["Clicked or accepted", ["unique_clicked", "clicked", "accepted", "unique_accepted"]],
  ["Unsubscribed", ["unsubscribed"]],
  ["Bounced or failed", ["bounced", "failed"]],
];

/** The steps that a campaign's channels have; a metric that none of the shared ones knows has a column of its own. */
export function stepsOf(snapshot: Snapshot): Step[] {
  const rows = snapshot.campaign.channels.flatMap((channel) =>
    channel.rows
      .filter(({ metric }) => metric !== channel.received)
      .map((row) => ({ ...row, channel: channel.id })),
  );
  const known = new Set(shared.flatMap(([, metrics]) => metrics));
  const own = [...new Set(rows.map(({ metric }) => metric))].filter((metric) => !known.has(metric));
  const all: [string, string[]][] = [
    ...shared,
    ...own.map((metric): [string, string[]] => {
      const at = rows.find((row) => row.metric === metric);
      return [entryOf(snapshot, metric, at?.channel).label, [metric]];
    }),
  ];
  return all.flatMap(([label, metrics]) => {
    const found = rows.filter(({ metric }) => metrics.includes(metric));
    if (found.length === 0) return [];
    const bases = new Set(
      found.flatMap(({ rate, channel }) =>
        rate === null ? [] : [entryOf(snapshot, rate, channel).base],
      ),
    );
    const [first = ""] = bases;
    return [{ label, metrics, base: bases.size > 1 ? null : first }];
  });
}
