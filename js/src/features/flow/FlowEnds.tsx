import type { JSX } from "preact";
import { compact, exact, markEstimate, ofBase, plural, shortValue, wordOf } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { useSnapshot, useView } from "../../ui/view";
import type { Arm } from "../../wire/flow";
import type { Selection } from "../../wire/selection";
import type { FlowLayout } from "./geometry";
import { isBlank } from "./shown_flow";

export type OpenMetric = (metric: string, action?: string) => void;

/** The metric of a campaign's or an action's number in Explore; that of one variant shows all variants, each with its own line. */
export function useOpenMetric(arm: Arm): OpenMetric {
  const { store } = useView();
  const { options } = useSnapshot();
  const by: Partial<Selection> =
    arm.id !== null && options.by.includes("variant") ? { by: "variant" } : {};
  return (metric, action) => store.select({ metric, action: action ?? null, channel: null, ...by });
}

/** Users kept from the first action, to compare with. */
function HeldBack({ count, left, top }: { count: number; left: number; top: number }): JSX.Element {
  const { store } = useView();
  const metric = "held_back_users";
  const { approximate } = entryOf(useSnapshot(), metric);
  const words = [
    `${markEstimate(exact(count), count, approximate)} ${wordOf(count, "user")} held back from the first action, as a comparison group`,
    approximate?.within,
  ]
    .filter(Boolean)
    .join("; ");
  return (
    <button
      type="button"
      class="rw-holdback"
      style={{ left: `${left}px`, top: `${top}px` }}
      data-testid="holdback"
      data-value={count}
      data-tip={words}
      aria-label={words}
      onClick={() => store.select({ metric, action: null, channel: null })}
    >
      {markEstimate(compact(count), count, approximate)} held back
    </button>
  );
}

/** "15.4 % of 1,457 entries": what the total is of, where it is of everybody. */
function useShare({ id, conversions }: Arm): string {
  const snapshot = useSnapshot();
  const metric = snapshot.metrics.get("campaign", "", "converted_rate");
  const entry = entryOf(snapshot, "converted_rate");
  const of = ofBase(metric, entry);
  if (id !== null || !of || metric.value === null || metric.numerator !== conversions) return "";
  return `${shortValue(metric.value, entry)} ${of}`;
}

interface EndProps {
  arm: Arm;
  layout: FlowLayout;
  conversions: boolean;
}

interface StartProps extends EndProps {
  heldBack: number | null;
}

/** Where the flow begins: everybody who entered, and who was held back; beside it what each row adds to the end. */
export function FlowStart({ arm, layout, heldBack, conversions }: StartProps): JSX.Element {
  const { entry, width } = layout;
  const openMetric = useOpenMetric(arm);
  const blank = isBlank(useSnapshot());
  const entered = blank ? "Entries: loading" : plural(arm.entries, "entry", "entries");
  return (
    <>
      <button
        type="button"
        class="rw-entry"
        style={{
          left: `${entry.x}px`,
          top: `${entry.y}px`,
          width: `${entry.width}px`,
          height: `${entry.height}px`,
        }}
        data-testid="flow-entries"
        data-value={arm.entries ?? ""}
        aria-label={entered}
        data-tip={entered}
        onClick={() => openMetric("users")}
      >
        <b>{compact(arm.entries, 1_000_000)}</b>
        <span>{wordOf(arm.entries, "entry", "entries")}</span>
      </button>
      {heldBack !== null && heldBack > 0 && (
        <HeldBack count={heldBack} left={entry.x + entry.width + 12} top={entry.y + 4} />
      )}
      {conversions &&
        layout.rows.map(({ count, x, y }) => (
          <span
            key={y}
            class="rw-row-sum"
            aria-hidden="true"
            style={{ right: `${width - x}px`, top: `${y}px` }}
          >
            +{compact(count)}
          </span>
        ))}
    </>
  );
}

/** Where it ends: all conversions. It comes after the cards, as one reads. */
export function FlowTotal({ arm, layout, conversions }: EndProps): JSX.Element {
  const { total, width } = layout;
  const openMetric = useOpenMetric(arm);
  const rest = arm.unattributed ? `${exact(arm.unattributed)} not attributed` : "";
  const last = `${wordOf(arm.conversions, "conversion")}${arm.open ? " so far" : ""}`;
  const share = useShare(arm);
  return (
    <button
      type="button"
      class={`rw-total${conversions ? "" : " rw-total-plain"}`}
      style={{ right: `${width - total.x - 8}px`, top: `${total.y + 6}px` }}
      data-testid="flow-total"
      data-value={arm.conversions ?? ""}
      aria-label={[`${exact(arm.conversions)} ${last}`, rest].filter(Boolean).join(", ")}
      data-tip={`${exact(arm.conversions)} ${last}`}
      onClick={() => openMetric("conversions")}
    >
      <b>{compact(arm.conversions, 1_000_000)}</b>
      <span>{last}</span>
      {share && <span>{share}</span>}
      {rest && <span>{rest}</span>}
    </button>
  );
}
