// What Explore shows: whose metric, its glossary entry, its title.
import { captionBand, captionOpen } from "../../../../src/results_widgets/_shared/chart.json";
import { channelOf, entryOf } from "../../ui/glossary";
import { useSnapshot } from "../../ui/view";
import type { ChartState, SeriesRow } from "../../wire/chart";
import type { GlossaryEntry, Scope } from "../../wire/glossary";
import type { Snapshot } from "../../wire/store";

/** Whose metric a selection names: scope, and id of the action or channel. */
export const ownerOf = ({
  action,
  channel,
}: {
  action: string | null;
  channel: string | null;
}): [Scope, string] =>
  action !== null ? ["action", action] : channel !== null ? ["channel", channel] : ["campaign", ""];

/** What the selection names, in words: shown while the kernel has not sent the chart's own title. */
export function selectedTitle(snapshot: Snapshot): string {
  const { selection, campaign } = snapshot;
  const label = entryOf(
    snapshot,
    selection.metric,
    channelOf(snapshot, ...ownerOf(selection)),
  ).label;
  const action = campaign.actions.find((one) => one.id === selection.action);
  const channel = campaign.channels.find((one) => one.id === selection.channel);
  const where = action ? ` · ${action.name}` : channel ? ` · ${channel.label}` : "";
  return label + where;
}

/** The glossary's entry of what is drawn. */
export function useEntry(): GlossaryEntry {
  const snapshot = useSnapshot();
  const drawn = snapshot.chart.key.metric ? snapshot.chart.key : snapshot.selection;
  return entryOf(snapshot, drawn.metric, channelOf(snapshot, ...ownerOf(drawn)));
}

/** Whether the caption of the whole also holds for these rows. */
function isSo(words: string, rows: SeriesRow[]): boolean {
  const some = (name: "low" | "open" | "previous" | "by", none: unknown): boolean =>
    rows.some((row) => row[name] !== none);
  if (words === captionBand) return some("low", null);
  if (words === captionOpen) return some("open", false);
  if (/^dashed: /.test(words)) return some("previous", null);
  if (/ of \d+ groups/.test(words)) return some("by", rows[0]?.by);
  // How many of all points have a small denominator.
  return !/ ha(s|ve) under /.test(words);
}

/** Below a chart: intervals and zone, what the marks mean, and how near estimates are; of a part, what is so of its rows. */
export function captionOf(
  { caption, zone_label: zone }: Pick<ChartState, "caption" | "zone_label">,
  { approximate }: GlossaryEntry,
  part: SeriesRow[] | null = null,
): string {
  const said = caption.split(" · ").filter((words) => !part || isSo(words, part));
  return [
    caption ? said.join(" · ") : zone && `Times in ${zone}`,
    approximate && `≈: ${approximate.within}`,
  ]
    .filter(Boolean)
    .join(" · ");
}
