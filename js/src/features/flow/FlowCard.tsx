import type { JSX } from "preact";
import { closeAction } from "../../ui/closing";
import {
  compact,
  exact,
  exactValue,
  fractionText,
  perOne,
  plural,
  rate,
  wordOf,
} from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { Icon } from "../../ui/icons";
import { useMarked, useView } from "../../ui/view";
import type { Arm } from "../../wire/flow";
import { CardNumbers, type CardParts, CardVariants, counts, onCard, rateOnCard } from "./card_face";
import type { OpenMetric } from "./FlowEnds";
import { Named } from "./FlowFind";
import type { CardBox } from "./geometry";
import { isBlank } from "./shown_flow";
import { reach } from "./variants";

interface CardProps {
  box: CardBox;
  /** Variants whose numbers this card shows side by side; none: it shows its arm's. */
  over: Arm[];
  /** The numbers are of the whole campaign, as trends are. */
  everybody: boolean;
  isCompact: boolean;
  /** One of several cards picked with Shift. */
  picked: boolean;
  onPick: (id: string) => void;
  onTrace: (id: string | null) => void;
  openMetric: OpenMetric;
  /** What is looked for; whether the card's name has it, and whether it is the one walked to. Null: nothing is looked for. */
  query: string;
  match: "here" | boolean | null;
  /** Shortens a name that has no room. */
  shorten: (name: string) => string;
  /** What folds the steps after the card, if any follow. */
  handle?: (name: string) => JSX.Element;
}

/** All that the card says, in order, for a tooltip and a screen reader. */
function cardWords(
  parts: CardParts,
  box: CardBox,
  over: Arm[],
  name: string,
  everybody: boolean,
): string {
  const { campaign, highlight } = parts;
  const entry = entryOf(parts, "users_received");
  const action = campaign.actions.find((one) => one.id === box.id);
  const channel =
    campaign.channels.find((one) => one.id === action?.channel)?.label ??
    action?.channel ??
    "action";
  if (isBlank(parts)) return `${name}, ${channel}: loading`;
  const { users_received: received, conversions } = box.node;
  const there =
    highlight &&
    `${highlight.name || "Highlighted users"}: ${exact(highlight.actions[box.id] ?? 0)} of ${exact(highlight.size)} received it`;
  const arms = over.map((arm) => {
    const own = counts(arm, box.id);
    return `${arm.label}: ${exactValue(own.received, entry)} received (${rate(reach(arm, box.id))} of entries), ${plural(own.conversions, "conversion")}`;
  });
  const share = parts.metrics.get("action", box.id, rateOnCard);
  const rated = entryOf(parts, rateOnCard);
  const base = everybody ? fractionText(share, rated) : null;
  const many = perOne(share.value, rated)?.join(" ");
  return [
    `${name}, ${channel}: ${exactValue(received, entry)} ${wordOf(received, "user")} received, ${plural(conversions, "conversion")} attributed`,
    base &&
      share.value !== null &&
      `${many ?? `${rate(share.value)} of entries reached`} (${base})`,
    ...arms,
    received !== 0 && entry.approximate && `Users ${entry.approximate.within}`,
    there,
  ]
    .filter(Boolean)
    .join(". ");
}

const cardMetrics = [
  ["users_received", "left"],
  ["conversions_attributed", "right"],
] as const;

/** The card's two numbers as controls of their own, over the card: a button must not hold others. Tab stops at those of the
    chosen card alone, so that a large flow is no longer a way than it has cards. */
function CardMetrics({
  parts,
  box,
  chosen,
  metric: open,
  name,
  pointing,
  onPick,
  openMetric,
}: Pick<CardProps, "box" | "onPick" | "openMetric"> & {
  parts: CardParts;
  chosen: boolean;
  /** Which of its metrics is chosen. */
  metric: string | null;
  name: string;
  pointing: Record<"onPointerEnter" | "onPointerLeave" | "onFocus" | "onBlur", () => void>;
}): JSX.Element {
  const values = [box.node.users_received, box.node.conversions];
  return (
    <>
      {cardMetrics.map(([metric, side], index) => {
        const entry = entryOf(parts, metric);
        const value = values[index] ?? null;
        const words = [
          `${entry.label}, ${name}: ${exactValue(value, entry)}`,
          value !== 0 && entry.approximate?.within,
        ]
          .filter(Boolean)
          .join(", ");
        return (
          <button
            key={metric}
            type="button"
            class={`rw-card-metric rw-card-metric-${side}`}
            style={{ left: `${box.x}px`, top: `${box.y}px` }}
            tabIndex={chosen ? 0 : -1}
            aria-label={words}
            data-tip={words}
            aria-pressed={open === metric}
            data-opens={metric}
            data-of={box.id}
            onClick={(event) => (event.shiftKey ? onPick(box.id) : openMetric(metric, box.id))}
            {...pointing}
          />
        );
      })}
    </>
  );
}

/** One action. Pressing it turns the left half to that action; pressing it again turns back. */
export function FlowCard({
  box,
  onTrace,
  over,
  everybody,
  isCompact,
  picked,
  onPick,
  openMetric,
  query,
  match,
  shorten,
  handle,
}: CardProps): JSX.Element {
  const { store } = useView();
  // The metric that is selected of the card; null: the card is not.
  const [parts, metric] = useMarked(onCard, ({ action, metric }) =>
    action === box.id ? metric : null,
  );
  const { campaign, highlight, trends } = parts;
  const action = campaign.actions.find((one) => one.id === box.id);
  const channel = campaign.channels.find((one) => one.id === action?.channel);
  const icon = channel?.icon ?? action?.channel ?? "other";
  const { users_received: received, conversions } = box.node;
  const entry = entryOf(parts, "users_received");
  const name = action?.name ?? box.id;
  const chosen = metric !== null;
  const there = highlight ? (highlight.actions[box.id] ?? 0) : null;
  const spoken = cardWords(parts, box, over, name, everybody);
  const choose = (): void =>
    chosen
      ? closeAction(store)
      : store.select({ action: box.id, metric: "users_received", channel: null });
  const pointing = {
    onPointerEnter: () => onTrace(box.id),
    onPointerLeave: () => onTrace(null),
    onFocus: () => onTrace(box.id),
    onBlur: () => onTrace(null),
  };
  return (
    <>
      <button
        type="button"
        class={[
          "rw-card",
          received === 0 && "rw-card-idle",
          (there === 0 || match === false) && "rw-card-dim",
          match === "here" && "rw-card-here",
        ]
          .filter(Boolean)
          .join(" ")}
        aria-pressed={chosen || picked}
        data-tip={spoken}
        style={{ left: `${box.x}px`, top: `${box.y}px` }}
        data-action={box.id}
        data-card={box.id}
        data-match={match || undefined}
        data-received={received ?? ""}
        data-conversions={conversions ?? ""}
        data-highlighted={there ?? undefined}
        onClick={(event) => (event.shiftKey ? onPick(box.id) : choose())}
        {...pointing}
      >
        <span class="rw-offscreen" dir="auto">
          {spoken}
        </span>
        <span class="rw-card-head" aria-hidden="true">
          {!isCompact && <Icon name={icon} />}
          <span class="rw-card-name" dir="auto">
            <Named name={name} short={shorten(name)} query={query} />
          </span>
        </span>
        {over.length > 0 ? (
          <CardVariants arms={over} id={box.id} entry={entry} />
        ) : (
          <CardNumbers
            parts={parts}
            box={box}
            entry={entry}
            icon={icon}
            isCompact={isCompact}
            everybody={everybody}
            trend={everybody ? (trends[`action:${box.id}`] ?? []) : []}
          />
        )}
        {there !== null && (
          <span class="rw-card-there" aria-hidden="true">
            {compact(there)}
          </span>
        )}
      </button>
      {over.length === 0 && (
        <CardMetrics
          parts={parts}
          box={box}
          chosen={chosen}
          metric={metric}
          name={name}
          pointing={pointing}
          onPick={onPick}
          openMetric={openMetric}
        />
      )}
      {handle?.(name)}
    </>
  );
}
