import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Toggle } from "../../ui/Controls";
import { plural } from "../../ui/format";
import { useSnapshot } from "../../ui/view";
import type { Arm, Flow } from "../../wire/flow";
import type { Edge } from "../../wire/requests";
import { FlowCard } from "./FlowCard";
import { FlowEnds, useOpenMetric } from "./FlowEnds";
import { FlowLines } from "./FlowLines";
import { FlowMap } from "./FlowMap";
import { useStage, ZoomTools } from "./FlowStage";
import { FlowNotes, Variants, type VariantView } from "./FlowTools";
import { type PlacedArm, placeArms } from "./placement";

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
  picks: Picks;
}

function ArmStage({
  placed: { arm, layout, left },
  top,
  over,
  switches,
  heldBack,
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

/** The campaign as a flow: cards, what was sent on, and where conversions came from. */
export function FlowView(): JSX.Element {
  const { flow, campaign, selection, status } = useSnapshot();
  const [view, setView] = useState<VariantView>("single");
  const [entries, setEntries] = useState(true);
  const [conversions, setConversions] = useState(true);
  const picks = usePicks(selection.action);
  const arms = armsShown(flow, selection.variant, view);
  const variants = flow.arms.filter((arm) => arm.id !== null);
  const over = view === "overlaid" && variants.length > 1 ? variants : [];
  // The snapshot makes new objects for equal content; the layout only follows the content.
  const content = JSON.stringify([
    arms,
    campaign.actions.map((action) => [action.id, action.parent]),
  ]);
  const { placed, width, height, top } = useMemo(() => placeArms(arms, campaign), [content]);
  const start = placed[0]
    ? placed[0].left + placed[0].layout.entry.x + placed[0].layout.entry.width / 2
    : 0;
  const stage = useStage(width, height, placed.length > 1 ? width / 2 : start);
  useEffect(() => stage.reveal(), [width, height]);
  const cards = placed.reduce((sum, one) => sum + one.layout.cards.length, 0);
  return (
    <section class="rw-section rw-flow-section" aria-label="Flow">
      <h3>Flow</h3>
      <div class="rw-flow">
        <div class="rw-flow-tools">
          <Variants arms={variants} view={view} setView={setView} />
          <span class="rw-switches">
            <Toggle label="Entries" on={entries} onChange={setEntries} />
            <Toggle label="Conversions" on={conversions} onChange={setConversions} />
          </span>
        </div>
        <FlowNotes over={over} cards={picks.cards} edges={picks.edges} clear={picks.clear} />
        <div
          class={`rw-flow-view ${stage.detail}`}
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
                  switches={{ entries, conversions }}
                  picks={picks}
                  heldBack={placed.length === 1 && one.arm.id === null ? flow.held_back : null}
                />
              ))}
            </div>
          </div>
        </div>
        <ZoomTools stage={stage} />
        {cards > mapFrom && (
          <FlowMap placed={placed} width={width} height={height} top={top} stage={stage} />
        )}
        <p class="rw-offscreen">
          {arms[0]
            ? `${plural(arms[0].entries, "entry", "entries")}, ${plural(arms[0].conversions, "conversion")}.`
            : ""}
        </p>
        {campaign.actions.length === 0 && status.state !== "computing" && (
          <p class="rw-note">The campaign has no actions yet.</p>
        )}
      </div>
    </section>
  );
}
