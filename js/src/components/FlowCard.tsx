import type { JSX } from "preact";
import { compact, exact } from "../lib/format";
import { Icon } from "../lib/icons";
import type { CardBox, FlowLayout } from "../lib/layout";
import { useSnapshot, useView } from "../lib/model";
import type { Arm } from "../lib/wire";

interface CardProps {
  box: CardBox;
  /** Variants whose numbers stand on this card beside one another; none for the arm's own. */
  over: Arm[];
  /** One of several cards picked with Shift. */
  picked: boolean;
  onPick: (id: string) => void;
  onLight: (id: string | null) => void;
}

const linesOnCard = 3;

/** A line per variant: received, and conversions attributed. */
function CardVariants({ arms, id }: { arms: Arm[]; id: string }): JSX.Element {
  return (
    <span class="rw-card-variants">
      {arms.slice(0, linesOnCard).map((arm) => {
        const node = arm.nodes.find((one) => one.action_id === id);
        return (
          <span key={arm.id} data-arm={arm.id}>
            <small>{arm.label}</small>
            <b>{compact(node?.users_received ?? 0, 100_000)}</b>
            <b class="rw-card-green">{compact(node?.conversions ?? 0)}</b>
          </span>
        );
      })}
      {arms.length > linesOnCard && <span class="rw-offscreen">{arms.length - linesOnCard} more variants side by side</span>}
    </span>
  );
}

/** The shape of what was received over time, between the two numbers. */
function CardTrend({ values }: { values: number[] }): JSX.Element | null {
  if (values.length < 2 || !values.some((value) => value > 0)) return null;
  const most = Math.max(...values) || 1;
  const points = values.map((value, i) => `${((i / (values.length - 1)) * 38 + 1).toFixed(1)},${(15 - (value / most) * 13).toFixed(1)}`);
  return <svg class="rw-card-trend" viewBox="0 0 40 16" width="40" height="16"><polyline points={points.join(" ")} /></svg>;
}

/** One action. Pressing it turns the left half to that action; pressing it again turns back. */
export function FlowCard({ box, onLight, over, picked, onPick }: CardProps): JSX.Element {
  const { store } = useView();
  const { campaign, selection, highlight, trends } = useSnapshot();
  const action = campaign.actions.find((one) => one.id === box.id);
  const channel = campaign.channels.find((one) => one.id === action?.channel);
  const { users_received: received, conversions } = box.node;
  const name = action?.name ?? box.id;
  const chosen = selection.action === box.id;
  const label = `${name}, ${channel?.label ?? action?.channel ?? "action"}: ${exact(received)} users received, ${exact(conversions)} conversions attributed`;
  const there = highlight ? highlight.actions[box.id] ?? 0 : null;
  const spoken = there === null ? label : `${label}. ${highlight!.name || "Highlighted users"}: ${exact(there)} of ${exact(highlight!.size)} were here`;
  const choose = (): void =>
    chosen ? store.select({ action: null, metric: "users", channel: null })
      : store.select({ action: box.id, metric: "users_received", channel: null });
  return (
    <button type="button" class={`rw-card${received === 0 ? " rw-card-idle" : ""}${there === 0 ? " rw-card-dim" : ""}`} aria-pressed={chosen || picked} title={spoken}
      style={{ left: `${box.x}px`, top: `${box.y}px` }} data-action={box.id} data-received={received} data-conversions={conversions} data-highlighted={there ?? undefined}
      onClick={(event) => (event.shiftKey ? onPick(box.id) : choose())} onPointerEnter={() => onLight(box.id)} onPointerLeave={() => onLight(null)}
      onFocus={() => onLight(box.id)} onBlur={() => onLight(null)}>
      <span class="rw-offscreen">{spoken}</span>
      <span class="rw-card-head" aria-hidden="true"><Icon name={channel?.icon ?? action?.channel ?? "other"} /><span class="rw-card-name">{name}</span>
        <small class="rw-card-channel">{channel?.label ?? action?.channel ?? ""}</small></span>
      {over.length > 0 ? <CardVariants arms={over} id={box.id} /> : <span class="rw-card-numbers" aria-hidden="true">
        <span><b>{compact(received, 100_000)}</b><small>received</small></span>
        <CardTrend values={trends[`action:${box.id}`] ?? []} />
        <span class="rw-card-green"><b>{compact(conversions)}</b><small>conversions</small></span>
      </span>}
      {there !== null && <span class="rw-card-there" aria-hidden="true">{compact(there)}</span>}
    </button>
  );
}

interface EndsProps {
  arm: Arm;
  layout: FlowLayout;
  heldBack: number;
  conversions: boolean;
}

/** Where the flow begins (everybody who entered, and who was held back) and where it ends (all conversions). */
export function FlowEnds({ arm, layout, heldBack, conversions }: EndsProps): JSX.Element {
  const { entry, total, width } = layout;
  return (
    <>
      <div class="rw-entry" style={{ left: `${entry.x}px`, top: `${entry.y}px`, width: `${entry.width}px`, height: `${entry.height}px` }}
        data-testid="flow-entries" data-value={arm.entries}>
        <b title={exact(arm.entries)}>{compact(arm.entries, 1_000_000)}</b> users entered
      </div>
      {heldBack > 0 && (
        <div class="rw-holdback" style={{ left: `${entry.x + entry.width + 12}px`, top: `${entry.y + 4}px` }} data-testid="holdback" data-value={heldBack}
          title="Users kept from the first action, to compare with">{compact(heldBack)} held back</div>
      )}
      <div class={`rw-total${conversions ? "" : " rw-total-plain"}`} style={{ right: `${width - total.x - 8}px`, top: `${total.y + 6}px` }}
        data-testid="flow-total" data-value={arm.conversions}>
        <b title={exact(arm.conversions)}>{compact(arm.conversions, 1_000_000)}</b>
        <span>conversions{arm.open > 0 ? ", window included" : ""}</span>
        {arm.unattributed > 0 && <span>{exact(arm.unattributed)} after no action</span>}
      </div>
    </>
  );
}
