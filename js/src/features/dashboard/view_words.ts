// The content of a saved view in the words of the controls: "Engaged · Last 14 days · by platform".
import { intervals } from "../../../../src/results_widgets/_shared/chart.json";
import { rangeChoices } from "../../ui/choices";
import { dayOf, longWords, rangeWords } from "../../ui/dates";
import { entryOf } from "../../ui/glossary";
import { spaced } from "../../ui/text";
import type { Snapshot } from "../../wire/store";
import type { KeptView } from "../../wire/views";

type Parts = Pick<Snapshot, "campaign" | "glossary" | "status" | "options">;

/** The other line of the chart. */
function beside(compare: string, other: string | null | undefined): string {
  const known: Record<string, string> = {
    true: "the period before",
    last_year: "last year",
    campaign: other ?? "another campaign",
  };
  return known[compare] ?? `the days from ${longWords(dayOf(compare))}`;
}

/** In the order of the screen; a view of the default selection has no parts to name. */
export function viewWords({ fields }: KeptView, parts: Parts): string {
  const { campaign, options } = parts;
  const action = campaign.actions.find(({ id }) => id === fields.action);
  const channel = fields.channel ?? action?.channel;
  const days = ["start", "end"].map((name) => dayOf(String(fields[name]))) as [number, number];
  const steps: Record<string, string> = intervals;
  const words: Record<string, (value: string) => string> = {
    metric: (key) => entryOf(parts, key, channel == null ? null : String(channel)).label,
    action: (id) => `of ${action?.name ?? id}`,
    channel: (id) => `of ${campaign.channels.find((one) => one.id === id)?.label ?? id}`,
    range: (key) =>
      key === "custom" && fields.start && fields.end
        ? rangeWords(...days)
        : (rangeChoices([key])[0]?.label ?? key),
    every: (key) => `each ${steps[key] ?? key}`,
    cumulative: () => "cumulative",
    compare: (key) => `with ${beside(key, options.compare)}`,
    by: (column) => `by ${column}`,
    variant: (id) => `variant ${campaign.variants.find((one) => one.id === id)?.name ?? id}`,
    developers: () => "without developers",
    time_zone: spaced,
    definitions: (name) => `definitions ${name}`,
    machine_opens: (counted) => `${counted === "true" ? "with" : "without"} machine opens`,
    clock: (key) => (key === "entry" ? "by day of entry" : "by day of the event"),
    locale: (name) => `numbers as in ${name}`,
  };
  const found = Object.entries(words).filter(([name]) => (fields[name] ?? null) !== null);
  const said = found.map(([name, say]) => say(String(fields[name])));
  return said.join(" · ") || "default selection";
}
