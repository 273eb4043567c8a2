import type { ComponentChildren, JSX } from "preact";
import { change, perOne, shortValue } from "../../ui/format";
import { entryOf, type MetricRef } from "../../ui/glossary";
import { MetricButton } from "../../ui/Metric";
import { useSnapshot } from "../../ui/view";

const agesInWords = {
  equal: "at equal age: the earlier period as it looked when it was as old as this one is now",
  unequal: "not at equal age: its entries had longer to convert",
};
const circumference = 2 * Math.PI * 54;

/** The arc is a share of the whole circle. */
function Arc({ share }: { share: number | null }): JSX.Element {
  const filled = Math.min(1, Math.max(0, share ?? 0)) * circumference;
  return (
    <svg class="rw-arc" viewBox="0 0 120 120" width="120" height="120" aria-hidden="true">
      <circle class="rw-arc-base" cx="60" cy="60" r="54" />
      <circle
        class="rw-arc-fill"
        cx="60"
        cy="60"
        r="54"
        stroke-dasharray={`${filled} ${circumference}`}
      />
    </svg>
  );
}

/** "▲ 6.2 % vs before": arrow and sign carry the direction, the colour only repeats it. */
export function ChangeNote({ scope, id, metric }: MetricRef): JSX.Element | null {
  const snapshot = useSnapshot();
  const entry = entryOf(snapshot, metric);
  const found = change(snapshot.metrics.get(scope, id, metric), entry);
  if (!found) return null;
  // Earlier entries had longer to convert, so open ones may still catch up.
  const grows =
    entry.matures && (snapshot.metrics.get("campaign", "", "entries_open").value ?? 0) > 0;
  const age = snapshot.status.previous_age;
  const words = grows && (age === "equal" || age === "unequal") ? agesInWords[age] : "";
  const than = !words ? "vs before" : age === "equal" ? "at equal age" : "vs riper days";
  const tone = found.flat ? "" : found.good ? "rw-good" : "rw-bad";
  return (
    <span
      class={`rw-change ${tone}`}
      data-tip={[
        "compared with the period before, of the same length",
        entry.approximate && `each of the two ${entry.approximate.within}`,
        words,
      ]
        .filter(Boolean)
        .join("; ")}
    >
      <span aria-hidden="true">
        {found.flat ? "■" : found.up ? "▲" : "▼"} {found.text} {than}
      </span>
      <span class="rw-offscreen">
        {found.words} compared with the period before{words && `; ${words}`}
      </span>
    </span>
  );
}

export interface RingProps {
  tone: "users" | "engaged" | "conversions";
  title: string;
  /** What stands for the title behind the rate, where both are on one line. */
  word: string;
  /** The metric that the ring as a whole opens. */
  metric: string;
  /** The rate that the arc draws. */
  arc: string;
  /** The metric inside the ring, whose change is shown below it. */
  inside: string;
  of: string;
  /** What the rate divides. */
  children: ComponentChildren;
  /** What is said where there is room. */
  more: ComponentChildren;
}

/** A rate as its panel, its cell of a strip, or its row: the styles of the width decide. */
export function Ring(props: RingProps): JSX.Element {
  const { tone, title, word, metric, arc, inside, of, children, more } = props;
  const snapshot = useSnapshot();
  const shown = snapshot.metrics.get("campaign", "", inside);
  const share = snapshot.metrics.get("campaign", "", arc);
  const entry = entryOf(snapshot, inside);
  const [value, unit] = perOne(shown.value, entry) ?? [shortValue(shown.value, entry), ""];
  return (
    <div class={`rw-ring rw-tone-${tone}`}>
      <MetricButton class="rw-ring-button" scope="campaign" id="" metric={metric}>
        <Arc share={share.value} />
        <span class="rw-ring-inside">
          <span class={entry.approximate ? "rw-ring-value rw-ring-near" : "rw-ring-value"}>
            {value}
          </span>
          <span class="rw-ring-of">{unit || of}</span>
        </span>
        <span class="rw-ring-word">{unit || word}</span>
        <span class="rw-ring-name">{title}</span>
      </MetricButton>
      <div class="rw-ring-line">{children}</div>
      <div class="rw-ring-line rw-ring-more">{more}</div>
      <ChangeNote scope="campaign" id="" metric={inside} />
    </div>
  );
}
