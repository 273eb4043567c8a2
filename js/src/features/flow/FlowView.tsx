import type { ComponentChildren, JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Toggle } from "../../ui/Controls";
import { plural } from "../../ui/format";
import { usePaper } from "../../ui/paper";
import { useRoom } from "../../ui/room";
import { useSnapshot, useView } from "../../ui/view";
import type { Arm, Flow } from "../../wire/flow";
import type { Edge } from "../../wire/requests";
import { FlowCard } from "./FlowCard";
import { FlowEnds, useOpenMetric } from "./FlowEnds";
import { FlowLines } from "./FlowLines";
import { FlowList } from "./FlowList";
import { FlowMap } from "./FlowMap";
import { useStage, ZoomTools } from "./FlowStage";
import { FlowNotes, Variants, type VariantView } from "./FlowTools";
import { type PlacedArm, placeWithin } from "./placement";

/** Which arms are shown: the variant of the selection, everybody, or every variant beside the others. */
function armsShown(flow: Flow, variant: string | null, view: VariantView): Arm[] {
  const variants = flow.arms.filter((arm) => arm.id !== null);
  if (view === "sideBySide" && variants.length > 1) return variants;
  const wanted = flow.arms.find((arm) => arm.id === (view === "overlaid" ? null : variant));
  return [wanted ?? flow.arms[0]].filter((arm): arm is Arm => arm !== undefined);
}

interface Picks {
  cards: string[];
  edges: Edge[];
  pickCard: (id: string) => void;
  pickEdge: (edge: Edge) => void;
  clear: () => void;
}

/** Cards and lines picked with Shift; picking one again lets it go. */
function usePicks(open: string | null): Picks {
  const [cards, setCards] = useState<string[]>([]);
  const [edges, setEdges] = useState<Edge[]>([]);
  const same = (one: Edge, other: Edge): boolean => one[0] === other[0] && one[1] === other[1];
  const pickCard = (id: string): void =>
    setCards((before) => {
      // The card that is open counts as the first one picked.
      const all = before.length === 0 && open !== null && open !== id ? [open] : before;
      return all.includes(id) ? all.filter((one) => one !== id) : [...all, id];
    });
  const pickEdge = (edge: Edge): void =>
    setEdges((before) =>
      before.some((one) => same(one, edge))
        ? before.filter((one) => !same(one, edge))
        : [...before, edge],
    );
  const clear = (): void => {
    setCards([]);
    setEdges([]);
  };
  return { cards, edges, pickCard, pickEdge, clear };
}

interface ArmProps {
  placed: PlacedArm;
  top: number;
  over: Arm[];
  switches: { entries: boolean; conversions: boolean };
  heldBack: number | null;
  isCompact: boolean;
  picks: Picks;
}

function ArmStage({
  placed: { arm, layout, left },
  top,
  over,
  switches,
  heldBack,
  isCompact,
  picks,
}: ArmProps): JSX.Element {
  const [traced, setTraced] = useState<string | null>(null);
  const openMetric = useOpenMetric(arm);
  return (
    <div
      class="rw-arm"
      style={{
        left: `${left}px`,
        top: `${top}px`,
        width: `${layout.width}px`,
        height: `${layout.height}px`,
      }}
    >
      {top > 0 && (
        <button type="button" class="rw-arm-title" onClick={() => openMetric("users")}>
          <b dir="auto">{arm.label}</b> · {plural(arm.entries, "entry", "entries")}
        </button>
      )}
      <FlowLines
        layout={layout}
        over={over}
        isCompact={isCompact}
        {...switches}
        traced={traced}
        picked={picks.edges}
        onPick={picks.pickEdge}
      />
      <FlowEnds arm={arm} layout={layout} heldBack={heldBack} conversions={switches.conversions} />
      {layout.cards.map((box) => (
        <FlowCard
          key={box.id}
          box={box}
          onTrace={setTraced}
          over={over}
          isCompact={isCompact}
          everybody={arm.id === null}
          picked={picks.cards.includes(box.id)}
          onPick={picks.pickCard}
          openMetric={openMetric}
        />
      ))}
    </div>
  );
}

const mapFrom = 30;

interface CanvasProps {
  arms: Arm[];
  over: Arm[];
  mayShrink: boolean;
  switches: { entries: boolean; conversions: boolean };
  picks: Picks;
  /** What stands above: it shares its line with the zoom. */
  tools: ComponentChildren;
  notes: ComponentChildren;
}

/** Cards and lines, which can be zoomed and moved. */
function Canvas(props: CanvasProps): JSX.Element {
  const { arms, over, mayShrink, switches, picks, tools, notes } = props;
  const { flow, campaign } = useSnapshot();
  // The snapshot makes new objects for equal content; the layout only follows the content.
  const content = JSON.stringify([
    arms,
    campaign.actions.map((action) => [action.id, action.parent]),
  ]);
  const box = useRef<HTMLDivElement>(null);
  const room = useRoom(box);
  const { placed, width, height, top, isCompact } = useMemo(
    () => placeWithin(room, arms, campaign, mayShrink),
    [content, room, mayShrink],
  );
  const start = placed[0]
    ? placed[0].left + placed[0].layout.entry.x + placed[0].layout.entry.width / 2
    : 0;
  const focus = placed.length > 1 ? width / 2 : start;
  const stage = useStage(box, { width, height, focus, room, isCompact });
  useEffect(() => stage.reveal(), [width, height]);
  const cards = placed.reduce((sum, one) => sum + one.layout.cards.length, 0);
  return (
    <>
      <div class="rw-flow-tools">
        {tools}
        <ZoomTools stage={stage} />
      </div>
      {notes}
      <div
        class={`rw-flow-view ${isCompact ? "rw-compact" : ""} ${stage.detail}`}
        style={{ "--rw-frame": `${stage.frame}px` }}
        ref={stage.ref}
        data-scale={stage.scale.toFixed(3)}
        data-testid="flow-view"
      >
        <div
          class="rw-flow-space"
          // The sizes are the styles' own, which fit the flow to paper: no script runs while a page is printed.
          style={{
            "--rw-flow-width": `${width}px`,
            "--rw-flow-height": `${height}px`,
            "--rw-scale": stage.scale,
            "--rw-upscale": 1 / stage.scale,
          }}
        >
          <div class="rw-flow-stage">
            {placed.map((one) => (
              <ArmStage
                key={one.arm.id}
                placed={one}
                top={top}
                over={over}
                switches={switches}
                picks={picks}
                isCompact={isCompact}
                heldBack={placed.length === 1 && one.arm.id === null ? flow.held_back : null}
              />
            ))}
          </div>
        </div>
      </div>
      {isCompact && !stage.detail.includes("far") && (
        <p class="rw-flow-key" aria-hidden="true">
          On cards: received, <b>conversions</b> · rate
        </p>
      )}
      {cards > mapFrom && (
        <FlowMap placed={placed} width={width} height={height} top={top} stage={stage} />
      )}
    </>
  );
}

/** The campaign as a flow: cards, what was sent on, and where conversions came from; a list where there is no room for them. */
export function FlowView(): JSX.Element {
  const { flow, campaign, selection, status } = useSnapshot();
  const { width } = useView();
  const paper = usePaper();
  const [chosen, setView] = useState<VariantView>("single");
  const [entries, setEntries] = useState(true);
  const [conversions, setConversions] = useState(true);
  const picks = usePicks(selection.action);
  const isList = width === "small" && !paper;
  const view = isList ? "single" : chosen;
  const arms = armsShown(flow, selection.variant, view);
  const [arm] = arms;
  const variants = flow.arms.filter((one) => one.id !== null);
  const over = view === "overlaid" && variants.length > 1 ? variants : [];
  const tools = (
    <>
      <h3>Flow</h3>
      <Variants arms={variants} view={view} setView={setView} one={isList} />
      {!isList && (
        <span class="rw-switches">
          <Toggle label="Entries" on={entries} onChange={setEntries} />
          <Toggle label="Conversions" on={conversions} onChange={setConversions} />
        </span>
      )}
    </>
  );
  const notes = (
    <FlowNotes over={over} cards={picks.cards} edges={picks.edges} clear={picks.clear} />
  );
  return (
    <section class="rw-section rw-flow-section" aria-label="Flow">
      <div class="rw-flow">
        {isList ? (
          <>
            <div class="rw-flow-tools">{tools}</div>
            {notes}
            {arm && <FlowList arm={arm} heldBack={arm.id === null ? flow.held_back : null} />}
          </>
        ) : (
          <Canvas
            arms={arms}
            over={over}
            mayShrink={view === "single"}
            switches={{ entries, conversions }}
            picks={picks}
            tools={tools}
            notes={notes}
          />
        )}
        <p class="rw-offscreen">
          {arm
            ? `${plural(arm.entries, "entry", "entries")}, ${plural(arm.conversions, "conversion")}.`
            : ""}
        </p>
        {campaign.actions.length === 0 && status.state !== "computing" && (
          <p class="rw-note">The campaign has no actions yet.</p>
        )}
      </div>
    </section>
  );
}
