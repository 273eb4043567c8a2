import type { JSX } from "preact";
import {
  exact,
  fraction,
  interval,
  ofBase,
  perCent,
  rateWithInterval,
  shortValue,
  wordOf,
} from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { MetricButton } from "../../ui/Metric";
import { Group } from "../../ui/regions";
import { useSnapshot } from "../../ui/view";
import { Ring, type RingProps } from "./Ring";

/** The numbers shown in the rings, so that none is repeated below. */
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

/** What a rate divides: "628 of 1,334 unique users". The count is a button of its own where it is what stands above the line. */
function Divided({ count, rate }: { count: string; rate: string }): JSX.Element {
  const snapshot = useSnapshot();
  const entry = entryOf(snapshot, rate);
  const metric = snapshot.metrics.get("campaign", "", rate);
  const counted = snapshot.metrics.get("campaign", "", count);
  const of = ofBase(metric, entry);
  if (!of) return campaign(count);
  if (metric.numerator !== counted.value)
    return campaign(rate, `${fraction(metric, entry)?.[0]} ${of}`);
  return (
    <>
      {campaign(count, shortValue(counted.value, entryOf(snapshot, count)))} {of}
    </>
  );
}

/** A metric of the campaign with what it counts: "1,334 users". */
type Counted = (metric: string, one: string, many?: string) => string;

/** What stands below the ring of conversions, where an entry has more than one: both counts, each a button. */
function Many({ counted }: { counted: Counted }): JSX.Element {
  return (
    <>
      {campaign("conversions", counted("conversions", "conversion"))}
      <i>, </i>
      {campaign("users", counted("users", "entry", "entries"))}
    </>
  );
}

/** The interval of a rate, and beside it the count where that is not what the rate divides. */
function Spread({ count, rate }: { count: string; rate: string }): JSX.Element {
  const snapshot = useSnapshot();
  const metric = snapshot.metrics.get("campaign", "", rate);
  const counted = snapshot.metrics.get("campaign", "", count);
  const entry = entryOf(snapshot, count);
  const range = interval(metric);
  const more = metric.numerator !== counted.value && counted.value !== null;
  return (
    <>
      {range &&
        campaign(rate, `${perCent("95")}: ${rateWithInterval(metric, entryOf(snapshot, rate))}`)}
      {more && campaign(count, `${shortValue(counted.value, entry)} ${entry.label.toLowerCase()}`)}
    </>
  );
}

/** Of more conversions than entries the ring says how many one entry has, and draws the share that converted. */
function useConvertedFace(): Pick<RingProps, "inside" | "of"> & { many: boolean } {
  const snapshot = useSnapshot();
  const many = (snapshot.metrics.get("campaign", "", "conversion_rate").value ?? 0) > 1;
  const inside = many ? "conversion_rate" : "converted_rate";
  return { inside, of: many ? "" : `of ${entryOf(snapshot, inside).base}`, many };
}

/** The three rings: a rate inside, what it divides below. Each number below a ring is a button of its own. */
export function Rings(): JSX.Element {
  const snapshot = useSnapshot();
  const open = snapshot.metrics.get("campaign", "", "entries_open").value;
  const { many, ...face } = useConvertedFace();
  const counted: Counted = (metric, one, many) => {
    const { value } = snapshot.metrics.get("campaign", "", metric);
    return `${shortValue(value, entryOf(snapshot, metric))} ${wordOf(value, one, many)}`;
  };
  return (
    <Group class="rw-rings" label="Overview" roving>
      <Ring
        tone="users"
        title="Users"
        word="unique"
        metric="users"
        arc="unique_users_rate"
        inside="unique_users_rate"
        of="unique"
        more={null}
      >
        {campaign("unique_users", counted("unique_users", "user"))}
        <i>, </i>
        {campaign("users", counted("users", "entry", "entries"))}
      </Ring>
      <Ring
        tone="engaged"
        title="Engaged"
        word="engaged"
        metric="engaged"
        arc="engagement_rate"
        inside="engagement_rate"
        of={`of ${entryOf(snapshot, "engagement_rate").base}`}
        more={<Spread count="engaged" rate="engagement_rate" />}
      >
        <Divided count="engaged" rate="engagement_rate" />
      </Ring>
      <Ring
        tone="conversions"
        title="Conversions"
        word="converted"
        metric="conversions"
        arc="converted_rate"
        {...face}
        more={
          <>
            {many &&
              campaign("converted_rate", `${counted("converted_rate", "converted", "converted")}`)}
            <Spread count={many ? "converted_entries" : "conversions"} rate="converted_rate" />
            {open !== null &&
              open > 0 &&
              campaign("entries_open", `${exact(open)} can still convert`)}
          </>
        }
      >
        {many ? <Many counted={counted} /> : <Divided count="conversions" rate="converted_rate" />}
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
      // Names stand there before their numbers.
      (snapshot.status.state === "computing" || snapshot.metrics.has("campaign", "", metric)),
  );
  if (rest.length === 0) return null;
  return (
    <Group class="rw-stats" label="More numbers of the campaign" roving>
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
