// One arm of the flow: its lines, its cards, and where it begins and ends.
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { plural } from "../../ui/format";
import { Mark } from "../../ui/icons";
import type { Arm } from "../../wire/flow";
import type { Edge } from "../../wire/requests";
import { useCardKeys } from "./card_keys";
import { useShortener } from "./card_room";
import { FlowCard } from "./FlowCard";
import { FlowStart, FlowTotal, useOpenMetric } from "./FlowEnds";
import type { Find } from "./FlowFind";
import { FlowLines } from "./FlowLines";
import { FoldCard } from "./FoldCard";
import { below, type Fold, type Forest } from "./fold";
import type { CardBox } from "./geometry";
import type { PlacedArm } from "./placement";

/** Cards and lines picked with Shift. */
export interface Picks {
  cards: string[];
  edges: Edge[];
  pickCard: (id: string) => void;
  pickEdge: (edge: Edge) => void;
  clear: () => void;
}

export interface Folding {
  folds: Map<string, Fold>;
  forest: Forest;
  /** Cards have a button that folds what follows them. */
  hasHandles: boolean;
  /** Opens the fold after an action, or folds what follows it. */
  set: (id: string, open: boolean) => void;
}

export interface ArmProps {
  placed: PlacedArm;
  top: number;
  over: Arm[];
  switches: { entries: boolean; conversions: boolean };
  heldBack: number | null;
  isCompact: boolean;
  /** Changes with all that words on cards depend on: their size, and how many lines they have. */
  look: string;
  picks: Picks;
  find: Find;
  folding: Folding;
  selected: string | null;
}

/** Folds what follows a card; it stands where the edges leave the card. */
function Handle({
  box,
  name,
  steps,
  onFold,
}: {
  box: CardBox;
  name: string;
  steps: number;
  onFold: () => void;
}): JSX.Element {
  const words = `Fold the ${plural(steps, "step")} after ${name}`;
  return (
    <button
      type="button"
      class="rw-fold-handle"
      style={{ left: `${box.x + box.width / 2}px`, top: `${box.y + box.height}px` }}
      data-handle={box.id}
      aria-label={words}
      data-tip={words}
      onClick={onFold}
    >
      <Mark name="minus" />
    </button>
  );
}

/** What is drawn of each card. It is kept as it is while the pointer moves over cards: there may be hundreds. */
function useCards(
  { placed, over, isCompact, picks, find, folding }: ArmProps,
  shorten: (name: string) => string,
  onTrace: (id: string | null) => void,
): JSX.Element[] {
  const { arm, layout } = placed;
  const openMetric = useOpenMetric(arm);
  const live = useRef({ picks, folding, openMetric });
  live.current = { picks, folding, openMetric };
  const { folds, forest, hasHandles } = folding;
  const { query, hits, at } = find;
  return useMemo(() => {
    const wanted = new Set(hits);
    return layout.cards.map((box) => {
      const fold = folds.get(box.id);
      if (fold)
        return (
          <FoldCard
            key={box.id}
            box={box}
            fold={fold}
            matches={fold.ids.filter((id) => wanted.has(id)).length}
            isCompact={isCompact}
            onOpen={() => live.current.folding.set(fold.parent, true)}
          />
        );
      return (
        <FlowCard
          key={box.id}
          box={box}
          onTrace={onTrace}
          over={over}
          isCompact={isCompact}
          everybody={arm.id === null}
          picked={picks.cards.includes(box.id)}
          onPick={(id) => live.current.picks.pickCard(id)}
          openMetric={(...metric) => live.current.openMetric(...metric)}
          query={query}
          shorten={shorten}
          match={query.trim() === "" ? null : at === box.id ? "here" : wanted.has(box.id)}
          handle={
            hasHandles && forest.children.has(box.id)
              ? (name) => (
                  <Handle
                    box={box}
                    name={name}
                    steps={below(box.id, forest.children).length}
                    onFold={() => live.current.folding.set(box.id, false)}
                  />
                )
              : undefined
          }
        />
      );
    });
  }, [placed, over, isCompact, picks.cards, query, hits, at, folds, hasHandles, shorten]);
}

export function FlowArm(props: ArmProps): JSX.Element {
  const { placed, top, over, switches, heldBack, isCompact, picks, folding, selected } = props;
  const { arm, layout, left } = placed;
  const [traced, setTraced] = useState<string | null>(null);
  const openMetric = useOpenMetric(arm);
  const box = useRef<HTMLDivElement>(null);
  const cards = useCards(props, useShortener(box, props.look), setTraced);
  useCardKeys(box, {
    cards: layout.cards,
    parents: new Map(layout.edges.map(({ source, target }) => [target, source])),
    first: selected,
    open: (id) => {
      const fold = folding.folds.get(id);
      if (fold) folding.set(fold.parent, true);
      return fold !== undefined;
    },
  });
  return (
    <div
      class="rw-arm"
      ref={box}
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
        folds={folding.folds}
        onPick={picks.pickEdge}
      />
      <FlowStart arm={arm} layout={layout} heldBack={heldBack} conversions={switches.conversions} />
      {cards}
      <FlowTotal arm={arm} layout={layout} conversions={switches.conversions} />
    </div>
  );
}
