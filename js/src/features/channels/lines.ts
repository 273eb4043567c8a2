// All numbers of the channels as the lines of one table.
import { entryOf } from "../../ui/glossary";
import type { Snapshot } from "../../wire/store";

export interface ChannelLine {
  channel: string;
  label: string;
  metric: string;
  name: string;
  value: number | null;
  rate: string | null;
  share: number | null;
  base: string;
}

/** A line for every number of every channel; its rate is the first one that has it above the line. */
export function channelLines(snapshot: Snapshot): ChannelLine[] {
  const keys = [...new Set(Object.keys(snapshot.glossary).map((key) => key.replace(/^.*?:/, "")))];
  return snapshot.campaign.channels.flatMap(({ id, label }) => {
    const known = keys
      .filter((metric) => snapshot.metrics.has("channel", id, metric))
      .map((metric) => ({ metric, entry: entryOf(snapshot, metric, id) }));
    return known
      .filter(({ entry }) => entry.unit !== "rate")
      .map(({ metric, entry }) => {
        const rate = known.find(
          (one) => one.entry.unit === "rate" && one.entry.numerator === metric,
        );
        return {
          channel: id,
          label,
          metric,
          name: entry.label,
          value: snapshot.metrics.get("channel", id, metric).value,
          rate: rate?.metric ?? null,
          share: rate ? snapshot.metrics.get("channel", id, rate.metric).value : null,
          base: rate?.entry.denominator
            ? entryOf(snapshot, rate.entry.denominator, id).label.toLowerCase()
            : "",
        };
      });
  });
}

export type Column = "label" | "name" | "value" | "share";

/** Lines in the order of a column; without one, as they are. */
export function sorted(lines: ChannelLine[], by: Column | null, down: boolean): ChannelLine[] {
  if (by === null) return lines;
  const sign = down ? -1 : 1;
  return [...lines].sort((a, b) => {
    const [x, y] = [a[by], b[by]];
    // Lines without a value come last in both directions.
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (typeof x === "number" ? x - (y as number) : x.localeCompare(y as string));
  });
}
