// What stands on a card: its numbers, or those of each variant.
import type { JSX } from "preact";
import { armColour } from "../../ui/arms";
import { brief, compact, interval, isOfFew, markEstimate, perOne, rate } from "../../ui/format";
import { entryOf, type ShownEntry } from "../../ui/glossary";
import { Icon } from "../../ui/icons";
import { notSentYet } from "../../ui/planned";
import { capitalised } from "../../ui/text";
import type { Arm } from "../../wire/flow";
import type { GlossaryEntry } from "../../wire/glossary";
import type { Snapshot } from "../../wire/store";
import type { CardBox } from "./geometry";
import { reach } from "./variants";

const linesOnCard = 3;

/** What a card reads: it is drawn again when one of these is another. */
export const onCard = [
  "campaign",
  "glossary",
  "status",
  "metrics",
  "highlight",
  "trends",
  "options",
  "flow",
] as const;

export type CardParts = Pick<Snapshot, (typeof onCard)[number]>;

export function counts(
  arm: Arm,
  id: string,
): { received: number | null; conversions: number | null } {
  const node = arm.nodes.find((one) => one.action_id === id);
  return { received: node ? node.users_received : 0, conversions: node ? node.conversions : 0 };
}

/** A line per variant: received (its tint as long as the share of the variant that came here), and conversions. */
export function CardVariants({
  arms,
  id,
  entry,
}: {
  arms: Arm[];
  id: string;
  entry: GlossaryEntry;
}): JSX.Element {
  if (arms.length > linesOnCard) {
    return (
      <span class="rw-card-columns" aria-hidden="true">
        {arms.map((arm, index) => (
          <i
            key={arm.id}
            data-arm={arm.id}
            style={{ height: `${(reach(arm, id) ?? 0) * 100}%`, background: armColour(index) }}
          />
        ))}
      </span>
    );
  }
  return (
    <span class="rw-card-variants" aria-hidden="true">
      {arms.map((arm, index) => {
        const { received, conversions } = counts(arm, id);
        return (
          <span
            key={arm.id}
            data-arm={arm.id}
            style={{
              "--rw-arm": armColour(index),
              "--rw-reach": `${(reach(arm, id) ?? 0) * 100}%`,
            }}
          >
            <small dir="auto">{arm.label}</small>
            <b>{brief(received, entry)}</b>
            <b class="rw-card-green">{compact(conversions)}</b>
          </span>
        );
      })}
    </span>
  );
}

/** Fewer points have no shape yet, and neither has a spike with nothing after it. */
const leastPoints = 8;
/** Letters of both numbers that leave room for the line between them. */
const mostLetters = 10;

/** The shape of what was received over time, between the two numbers. */
function CardTrend({ values }: { values: number[] }): JSX.Element | null {
  if (values.filter((value) => value > 0).length < leastPoints) return null;
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
 * Under the conversions: how sure their share of the entries that came here is, as an interval like below the rings, or how many
 * come to one entry, for which there is no room beside the number; else what the number is.
 */
function CardRate({
  parts,
  id,
  everybody,
}: {
  parts: CardParts;
  id: string;
  everybody: boolean;
}): JSX.Element {
  const found = parts.metrics.get("action", id, rateOnCard);
  const entry = entryOf(parts, rateOnCard);
  const words = everybody
    ? (interval(found) ?? perOne(found.value, entry)?.join(" ") ?? null)
    : null;
  if (words === null) return <small>conversions</small>;
  const isFew = isOfFew(found.denominator, entry);
  return (
    <small class={isFew ? "rw-card-rate rw-few" : "rw-card-rate"}>
      {markEstimate(words, found.value, entry.approximate)}
    </small>
  );
}

interface NumbersProps {
  parts: CardParts;
  box: CardBox;
  /** Received over time; empty where the numbers are not of the whole campaign. */
  trend: number[];
  entry: ShownEntry;
  icon: string;
  isCompact: boolean;
  /** The numbers are of the whole campaign: it has the rate of conversions, too. */
  everybody: boolean;
}

/** Received, conversions, and the rate of these; what nobody has received yet says so. */
export function CardNumbers(props: NumbersProps): JSX.Element {
  const { parts, box, trend, entry, icon, isCompact, everybody } = props;
  const { users_received: received, conversions } = box.node;
  if (received === 0 && !conversions)
    return (
      <span class="rw-card-words" aria-hidden="true">
        <small>{capitalised(notSentYet(parts, box.id))}</small>
        {isCompact && <Icon name={icon} />}
      </span>
    );
  // If a count is hidden, so is its rate.
  const isShown = everybody && conversions !== null;
  const found = isShown ? parts.metrics.get("action", box.id, rateOnCard).value : null;
  const many = perOne(found, entryOf(parts, rateOnCard));
  const share = many ? (isCompact ? `${many[0]}×` : "") : found === null ? "" : rate(found);
  const words = [brief(received, entry), compact(conversions)];
  const converted = (
    <b class="rw-card-green">
      {words[1]}
      {share && <small> · {share}</small>}
    </b>
  );
  if (isCompact)
    return (
      <>
        <span class="rw-card-numbers" aria-hidden="true">
          <b>{words[0]}</b>
          <Icon name={icon} />
        </span>
        <span class="rw-card-converted" aria-hidden="true">
          {converted}
        </span>
      </>
    );
  const letters = [...words, share].join("").length;
  return (
    <>
      <span class="rw-card-numbers" aria-hidden="true">
        <b>{words[0]}</b>
        {letters <= mostLetters && <CardTrend values={trend} />}
        {converted}
      </span>
      <span class="rw-card-words" aria-hidden="true">
        <small>received</small>
        <CardRate parts={parts} id={box.id} everybody={isShown} />
      </span>
    </>
  );
}
