import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { exact, plural, rate } from "../lib/format";
import { layoutFlow, type FlowLayout } from "../lib/layout";
import { useSnapshot, useView } from "../lib/model";
import type { Arm, Campaign, Flow } from "../lib/wire";
import { Toggle } from "./Controls";
import { FlowCard, FlowEnds } from "./FlowCard";
import { FlowLines } from "./FlowLines";
import { FlowMap } from "./FlowMap";
import { useSegmentsIfAny } from "./Segments";
import { useStage, ZoomTools } from "./FlowStage";

export interface Placed {
  arm: Arm;
  layout: FlowLayout;
  left: number;
}

const margin = { side: 16, between: 56, title: 28 };

/** The arms side by side, each with its own total; one arm alone is the usual case. */
export function place(arms: Arm[], campaign: Campaign): { placed: Placed[]; width: number; height: number; top: number } {
  const top = arms.length > 1 ? margin.title : 0;
  let left = margin.side;
  const placed = arms.map((arm) => {
    const layout = layoutFlow(arm, campaign.actions);
    const at = { arm, layout, left };
    left += layout.width + margin.between;
    return at;
  });
  const height = Math.max(...placed.map((one) => one.layout.height), 0) + top + 8;
  return { placed, width: left - margin.between + margin.side, height, top };
}

/** Which arms are shown: the variant of the selection, everybody, or every variant beside the others. */
function armsShown(flow: Flow, variant: string | null, manner: Manner): Arm[] {
  const variants = flow.arms.filter((arm) => arm.id !== null);
  if (manner === "beside" && variants.length > 1) return variants;
  const wanted = flow.arms.find((arm) => arm.id === (manner === "over" ? null : variant));
  return [wanted ?? flow.arms[0]].filter((arm): arm is Arm => arm !== undefined);
}

/** How variants are shown: one at a time (or everybody), each beside the others, or all on the same cards. */
type Manner = "one" | "beside" | "over";

interface VariantsProps {
  manner: Manner;
  setManner: (manner: Manner) => void;
}

function Variants({ manner, setManner }: VariantsProps): JSX.Element | null {
  const { store } = useView();
  const { flow, campaign, selection } = useSnapshot();
  const arms = flow.arms.filter((arm) => arm.id !== null);
  if (arms.length < 2) return null;
  const known = new Map(campaign.variants.map((variant) => [variant.id, variant]));
  const choose = (id: string | null): void => {
    setManner("one");
    store.select({ variant: id });
  };
  return (
    <div class="rw-variants" role="group" aria-label="Variant">
      <button type="button" class="rw-button" aria-pressed={manner === "one" && selection.variant === null} onClick={() => choose(null)}>All</button>
      {arms.map((arm) => {
        const variant = known.get(arm.id!);
        return (
          <button key={arm.id} type="button" class="rw-button" aria-pressed={manner === "one" && selection.variant === arm.id} data-variant={arm.id}
            title={variant && `${variant.name}: ${rate(variant.share)} of the audience`} onClick={() => choose(arm.id)}>
            <span class="rw-clip">{arm.label || variant?.name || arm.id}{variant?.control && !/control/i.test(arm.label) && ", control"}</span>
          </button>
        );
      })}
      <button type="button" class="rw-button" aria-pressed={manner === "over"} title="All variants on the same cards" onClick={() => setManner(manner === "over" ? "one" : "over")}>Overlaid</button>
      <button type="button" class="rw-button" aria-pressed={manner === "beside"} onClick={() => setManner(manner === "beside" ? "one" : "beside")}>Side by side</button>
    </div>
  );
}

interface NotesProps {
  picked: string[];
  clear: () => void;
}

/** What stands between the switches and the cards: the cards picked, and whose users are marked. */
function FlowNotes({ picked, clear }: NotesProps): JSX.Element | null {
  const { highlight } = useSnapshot();
  const segments = useSegmentsIfAny();
  if (picked.length === 0 && !highlight) return null;
  return (
    <div class="rw-flow-notes" role="status">
      {highlight && (
        <span data-testid="highlight" data-size={highlight.size}>
          <i class="rw-there-mark" aria-hidden="true" />{highlight.name}: {exact(highlight.entered)} of {plural(highlight.size, "user")} entered; each card shows how many were there
        </span>
      )}
      {picked.length > 0 && (
        <span class="rw-picked">
          {plural(picked.length, "card")} picked
          <button type="button" class="rw-button" aria-disabled={segments?.busy} data-testid="users-picked"
            onClick={() => segments?.ask({ of: "actions", actions: picked })}>Users in any of them</button>
          <button type="button" class="rw-button rw-quiet" onClick={clear}>Clear</button>
        </span>
      )}
    </div>
  );
}

const mapFrom = 30;

/** The campaign as a flow: cards, what was sent on, and where conversions came from. */
export function FlowView(): JSX.Element {
  const { flow, campaign, selection } = useSnapshot();
  const [manner, setManner] = useState<Manner>("one");
  const [entries, setEntries] = useState(true);
  const [conversions, setConversions] = useState(true);
  const [lit, setLit] = useState<string | null>(null);
  const [picked, setPicked] = useState<string[]>([]);
  const pick = (id: string): void =>
    setPicked((before) => {
      // The card that is open counts as the first one picked.
      const all = before.length === 0 && selection.action !== null && selection.action !== id ? [selection.action] : before;
      return all.includes(id) ? all.filter((one) => one !== id) : [...all, id];
    });
  const arms = armsShown(flow, selection.variant, manner);
  // The snapshot makes new objects for equal content; the layout only follows the content.
  const content = JSON.stringify([arms, campaign.actions.map((action) => [action.id, action.parent])]);
  const { placed, width, height, top } = useMemo(() => place(arms, campaign), [content]);
  const start = placed[0] ? placed[0].left + placed[0].layout.entry.x + placed[0].layout.entry.width / 2 : 0;
  const stage = useStage(width, height, placed.length > 1 ? width / 2 : start);
  useEffect(() => stage.reveal(), [width, height]);
  return (
    <section class="rw-section rw-flow-section">
      <h3>Flow</h3>
      <div class="rw-flow">
        <div class="rw-flow-tools">
          <Variants manner={manner} setManner={setManner} />
          <span class="rw-switches">
            <Toggle label="Entries" on={entries} onChange={setEntries} />
            <Toggle label="Conversions" on={conversions} onChange={setConversions} />
          </span>
        </div>
        <FlowNotes picked={picked} clear={() => setPicked([])} />
        <div class={`rw-flow-view ${stage.detail}`} ref={stage.ref} data-scale={stage.scale.toFixed(3)} data-testid="flow-view">
          <div class="rw-flow-space" style={{ width: `${width * stage.scale}px`, height: `${height * stage.scale}px` }}>
            <div class="rw-flow-stage" style={{ width: `${width}px`, height: `${height}px`, transform: `scale(${stage.scale})` }}>
              {placed.map(({ arm, layout, left }) => (
                <div key={arm.id} class="rw-arm" style={{ left: `${left}px`, top: `${top}px`, width: `${layout.width}px`, height: `${layout.height}px` }}>
                  {top > 0 && <div class="rw-arm-title"><b>{arm.label}</b> · {plural(arm.entries, "entry", "entries")}</div>}
                  <FlowLines layout={layout} entries={entries} conversions={conversions} lit={lit} />
                  <FlowEnds arm={arm} layout={layout} heldBack={placed.length === 1 && arm.id === null ? flow.held_back : 0} conversions={conversions} />
                  {layout.cards.map((box) => <FlowCard key={box.id} box={box} onLight={setLit} over={manner === "over" ? flow.arms.filter((one) => one.id !== null) : []} picked={picked.includes(box.id)} onPick={pick} />)}
                </div>
              ))}
            </div>
          </div>
        </div>
        <ZoomTools stage={stage} />
        {placed.reduce((sum, one) => sum + one.layout.cards.length, 0) > mapFrom && <FlowMap placed={placed} width={width} height={height} top={top} stage={stage} />}
        <p class="rw-offscreen">{arms[0] ? `${exact(arms[0].entries)} users entered, ${exact(arms[0].conversions)} conversions.` : ""}</p>
        {placed.every((one) => one.layout.cards.length === 0) && <p class="rw-note">The campaign has no actions yet.</p>}
      </div>
    </section>
  );
}
