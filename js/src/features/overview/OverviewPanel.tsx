import type { JSX } from "preact";
import { exact, interval, rateWithInterval, shortValue } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { MetricButton } from "../../ui/Metric";
import { Group } from "../../ui/regions";
import { useSnapshot } from "../../ui/view";
import { Ring } from "./Ring";

/** What the rings say, so that no number stands twice. */
const inRings = new Set([
  "users",
  "unique_users",
  "unique_users_rate",
  "engaged",
  "engagement_rate",
  "conversions",
  "converted_rate",
  "entries_open",
]);

function campaign(metric: string, children?: string): JSX.Element {
  return (
    <MetricButton scope="campaign" id="" metric={metric}>
      {children}
    </MetricButton>
  );
}

/** The three rings. Each number below a ring is a button of its own. */
export function Rings(): JSX.Element {
  const snapshot = useSnapshot();
  const { metrics } = snapshot;
  const get = (metric: string) => metrics.get("campaign", "", metric);
  const number = (metric: string): string =>
    shortValue(get(metric).value, entryOf(snapshot, metric));
  const rateOf = (metric: string): string =>
    rateWithInterval(get(metric), entryOf(snapshot, metric));
  // Entries or people, as the definitions in force have it.
  const baseOf = (metric: string): string => {
    const { base } = entryOf(snapshot, metric);
    return base && `of ${base}`;
  };
  const open = get("entries_open").value;
  return (
    <Group class="rw-rings" label="Overview">
      <Ring
        tone="users"
        title="Entries and users"
        metric="users"
        arc="unique_users_rate"
        inside="users"
        of="entries"
      >
        {campaign("unique_users", `${number("unique_users")} users`)}
        <i> · </i>
        {campaign("unique_users_rate")}
      </Ring>
      <Ring
        tone="engaged"
        title="Engaged"
        metric="engaged"
        arc="engagement_rate"
        inside="engagement_rate"
        of={baseOf("engagement_rate")}
      >
        {campaign("engaged", `${number("engaged")} users`)}
        <i> · </i>
        {campaign("engagement_rate", rateOf("engagement_rate"))}
      </Ring>
      <Ring
        tone="conversions"
        title="Conversions"
        metric="conversions"
        arc="converted_rate"
        inside="converted_rate"
        of={baseOf("converted_rate")}
      >
        {campaign("conversions")}
        <i> · </i>
        {campaign("converted_rate", rateOf("converted_rate"))}
        {open !== null && open > 0 && (
          <>
            <br />
            {campaign("entries_open", `${exact(open)} entries open`)}
          </>
        )}
      </Ring>
    </Group>
  );
}

/** Where an entry converts at most once, these are conversions and the converted rate by another name. */
const sameInSingleMode = new Set(["conversion_rate", "converted_entries"]);

/** Every other number of the campaign, in the glossary's order. */
export function MoreNumbers(): JSX.Element | null {
  const snapshot = useSnapshot();
  const rest = Object.keys(snapshot.glossary).filter(
    (metric) =>
      !inRings.has(metric) &&
      !(snapshot.campaign.goal.mode === "single" && sameInSingleMode.has(metric)) &&
      snapshot.glossary[metric]?.scopes.includes("campaign") &&
      snapshot.metrics.has("campaign", "", metric),
  );
  if (rest.length === 0) return null;
  return (
    <Group class="rw-stats" label="More numbers of the campaign">
      {rest.map((metric) => {
        const number = snapshot.metrics.get("campaign", "", metric);
        const range = interval(number);
        const entry = entryOf(snapshot, metric);
        return (
          <MetricButton key={metric} class="rw-stat" scope="campaign" id="" metric={metric}>
            <span class="rw-stat-name">{entry.label}</span>
            <span class="rw-stat-value">
              {shortValue(number.value, entry)}
              {range && <span class="rw-spread">{range}</span>}
            </span>
          </MetricButton>
        );
      })}
    </Group>
  );
}

export function OverviewPanel(): JSX.Element {
  return (
    <section class="rw-section">
      <h3>Overview</h3>
      <Rings />
      <MoreNumbers />
    </section>
  );
}
