// Which metrics a search finds: of the campaign, of each channel, of each action.
import { channelOf, entryOf } from "../../ui/glossary";
import type { Scope } from "../../wire/glossary";
import type { Snapshot } from "../../wire/store";

interface MetricGroup {
  scope: Scope;
  id: string;
  title: string;
  metrics: { metric: string; label: string }[];
}

const most = 150;

/** The metrics whose label and group title contain every word of the query. Without a query, other actions than the selected one are left out. */
export function groupsFor(snapshot: Snapshot, query: string): MetricGroup[] {
  const { campaign, metrics, glossary, selection } = snapshot;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const keys = [...new Set(Object.keys(glossary).map((key) => key.slice(key.indexOf(":") + 1)))];
  const owners: [Scope, string, string][] = [
    ["campaign", "", "Campaign"],
    ...campaign.actions
      .filter(({ id }) => words.length > 0 || id === selection.action)
      .map(({ id, name }): [Scope, string, string] => ["action", id, name]),
    ...campaign.channels.map(({ id, label }): [Scope, string, string] => ["channel", id, label]),
  ];
  let room = most;
  return owners
    .map(([scope, id, title]) => {
      const channel = channelOf(snapshot, scope, id);
      const found = keys
        .filter((metric) => metrics.has(scope, id, metric))
        .map((metric) => ({ metric, label: entryOf(snapshot, metric, channel).label }))
        .filter(({ label }) =>
          words.every((word) => `${title} ${label}`.toLowerCase().includes(word)),
        )
        .slice(0, room);
      room -= found.length;
      return { scope, id, title, metrics: found };
    })
    .filter((group) => group.metrics.length > 0);
}
