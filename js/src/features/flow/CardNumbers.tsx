// The numbers on a card of the flow: who received it, its shape over time, and what it is credited with.
import type { JSX } from "preact";
import { compact, interval, isOfFew, markEstimate, shortValue } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { useSnapshot } from "../../ui/view";
import type { GlossaryEntry } from "../../wire/glossary";
import type { CardBox } from "./geometry";

/** The shape of what was received over time, between the two numbers. */
function CardTrend({ values }: { values: number[] }): JSX.Element | null {
  if (values.length < 2 || !values.some((value) => value > 0)) return null;
  const most = Math.max(...values) || 1;
  const points = values.map(
    (value, i) =>
      `${((i / (values.length - 1)) * 38 + 1).toFixed(1)},${(15 - (value / most) * 13).toFixed(1)}`,
  );
  return (
    <svg class="rw-card-trend" viewBox="0 0 40 16" width="40" height="16" aria-hidden="true">
      <polyline points={points.join(" ")} />
    </svg>
  );
}

/** What is said of the conversions on a card. */
export const rateOnCard = "conversion_rate_attributed";

/**
 * Under the conversions: which share of the entries that came here convert by it, as an interval like below the rings; else
 * what the number is.
 */
function CardRate({ id, everybody }: { id: string; everybody: boolean }): JSX.Element {
  const snapshot = useSnapshot();
  const found = snapshot.metrics.get("action", id, rateOnCard);
  const words = everybody ? interval(found) : null;
  if (words === null) return <small>conversions</small>;
  const entry = entryOf(snapshot, rateOnCard);
  const isFew = isOfFew(found.denominator, entry);
  return (
    <small class={isFew ? "rw-card-rate rw-few" : "rw-card-rate"}>
      {markEstimate(words, found.value, entry.approximate)}
    </small>
  );
}

export function CardNumbers({
  box,
  trend,
  entry,
  everybody,
}: {
  box: CardBox;
  trend: number[];
  entry: GlossaryEntry;
  everybody: boolean;
}): JSX.Element {
  return (
    <>
      <span class="rw-card-numbers" aria-hidden="true">
        <b>{shortValue(box.node.users_received, entry)}</b>
        <CardTrend values={trend} />
        <b class="rw-card-green">{compact(box.node.conversions)}</b>
      </span>
      <span class="rw-card-words" aria-hidden="true">
        <small>received</small>
        <CardRate id={box.id} everybody={everybody} />
      </span>
    </>
  );
}
