// Cards and lines of the flow, which can be folded, zoomed and moved.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { usePaper } from "../../ui/paper";
import { useSnapshot } from "../../ui/view";
import type { Arm } from "../../wire/flow";
import { FlowArm, type Picks } from "./FlowArm";
import type { Find } from "./FlowFind";
import { FlowMap } from "./FlowMap";
import {
  firstScale,
  type Room,
  type Stage,
  scales,
  useFrameRoom,
  useStage,
  ZoomTools,
} from "./FlowStage";
import { FoldMenu } from "./FlowTools";
import type { Closed } from "./FlowVariants";
import {
  foldArm,
  foldedToFit,
  forestOf,
  mostCards,
  mostInSight,
  opened,
  openedTo,
  visible,
  wayTo,
} from "./fold";
import { type Placement, placeWithin, withHeldBack } from "./placement";
import { useFlow } from "./shown_flow";
import { limits } from "./stage_moves";

/** What is folded: what has to be, so that the rest has room, or what was chosen. */
export type Folded = "auto" | ReadonlySet<string>;

export interface CanvasProps {
  arms: Arm[];
  over: Arm[];
  mayShrink: boolean;
  switches: { entries: boolean; conversions: boolean };
  picks: Picks;
  find: Find;
  folded: Folded;
  setFolded: (folded: Folded) => void;
  /** Keys of the whole flow act on the stage. */
  stageRef: { current: Stage | null };
  /** The content above: it shares its line with the zoom. */
  tools: (
    fold: JSX.Element | null,
    words: string,
    closed: Closed,
    zoom: JSX.Element,
  ) => ComponentChildren;
  notes: ComponentChildren;
}

/** The scale from which on all variants at once can be read. */
const leastOffered = 0.5;

/** There are colours for so many. */
const mostOverlaid = 8;

type Shown = Placement & { isCompact: boolean };

/** The arms with their folds, placed in a box so wide. */
function usePlaced(props: CanvasProps, room: Room) {
  const { arms, over, mayShrink, folded, find } = props;
  const { campaign, selection } = useSnapshot();
  const flow = useFlow();
  const paper = usePaper();
  // The snapshot makes new objects for equal content; the layout only follows the content.
  const lines = campaign.actions.map(({ id, parent }) => [id, parent]);
  const content = JSON.stringify([arms, over, lines, flow.held_back]);
  const shape = JSON.stringify([arms.map(({ id }) => id), lines]);
  const everybody = flow.arms[0] ?? arms[0];
  const forest = useMemo(
    () => forestOf({ nodes: everybody?.nodes ?? [] }, campaign.actions),
    [content],
  );
  const fold = (which: ReadonlySet<string>, arm: Arm) =>
    foldArm(arm, campaign.actions, which, forestOf(arm, campaign.actions));
  const placeAll = (all: Arm[], which: ReadonlySet<string>, shrinks: boolean): Shown => {
    const actions = everybody ? fold(which, everybody).actions : [];
    const placed = placeWithin(
      room,
      all.map((arm) => fold(which, arm).arm),
      { actions },
      shrinks,
    );
    const hasHeldBack = all.length === 1 && all[0]?.id === null && (flow.held_back ?? 0) > 0;
    return hasHeldBack ? withHeldBack(placed) : placed;
  };
  const place = (which: ReadonlySet<string>): Shown => placeAll(arms, which, mayShrink);
  const closed = useMemo(() => {
    const variants = flow.arms.filter(({ id }) => id !== null);
    const why = (all: Arm[], shrinks: boolean): string | undefined => {
      const fits = (which: ReadonlySet<string>): boolean =>
        firstScale(placeAll(all, which, shrinks), room) >= leastOffered;
      const which = foldedToFit(forest, fits);
      const needed = placeAll(all, which, shrinks).width * leastOffered;
      return fits(which) || room.width === 0
        ? undefined
        : `needs ${Math.ceil(Math.max(needed, room.width + 1))} px, has ${room.width}`;
    };
    return {
      overlaid:
        variants.length > mostOverlaid
          ? `at most ${mostOverlaid} variants`
          : why(everybody ? [everybody] : [], false),
      sideBySide: why(variants, true),
    };
  }, [shape, room, flow.arms.length]);
  const auto = useMemo(
    () =>
      // Nothing can be opened on paper: what could be read as a whole is whole, and tables beside the rest have all steps.
      paper && forest.parents.size <= mostCards
        ? new Set<string>()
        : mostInSight(
            forest,
            // A small flow is rather seen as a whole, with names on one line.
            scales
              .slice(forest.parents.size > mostCards ? 0 : 1)
              .map((least) =>
                foldedToFit(forest, (which) => firstScale(place(which), room) >= least),
              ),
          ),
    [shape, room, mayShrink, paper],
  );
  const base = folded === "auto" || paper ? auto : folded;
  const which = openedTo(base, find.at, forest);
  const key = [...which].sort().join("\n");
  const placed = useMemo(() => place(which), [content, room, mayShrink, key]);
  const folds = useMemo(
    () => (everybody ? fold(which, everybody).folds : new Map()),
    [content, key],
  );
  const overFolded = useMemo(() => over.map((arm) => fold(which, arm).arm), [content, key]);
  // What is chosen elsewhere comes out of its fold.
  useEffect(() => {
    const hidden = wayTo(selection.action, forest.parents)
      .slice(0, -1)
      .some((id) => which.has(id));
    if (hidden && !paper) props.setFolded(openedTo(which, selection.action, forest));
  }, [selection.action, shape]);
  const held = key !== [...auto].sort().join("\n");
  return { placed, forest, which, folds, over: overFolded, shape, held, closed };
}

/** Scrolls a box so that something in it is in sight; nothing around the box moves. */
function bringIntoSight(box: HTMLElement, inner: Element | null): void {
  if (!inner) return;
  const [own, room] = [inner.getBoundingClientRect(), box.getBoundingClientRect()];
  const past = (from: number, to: number, start: number, end: number): number =>
    from >= start && to <= end ? 0 : (from + to) / 2 - (start + end) / 2;
  box.scrollBy(
    past(own.left, own.right, room.left, room.right),
    past(own.top, own.bottom, room.top, room.bottom),
  );
}

export function FlowCanvas(props: CanvasProps): JSX.Element {
  const { switches, picks, find, setFolded, stageRef, tools, notes } = props;
  const { selection } = useSnapshot();
  const flow = useFlow();
  const box = useRef<HTMLDivElement>(null);
  const outer = useRef<HTMLDivElement>(null);
  const room = useFrameRoom(outer);
  const { placed: drawn, forest, which, folds, over, shape, held, closed } = usePlaced(props, room);
  const { placed, width, height, top, isCompact } = drawn;
  const [one] = placed;
  const start = one ? one.left + one.layout.entry.x + one.layout.entry.width / 2 : 0;
  const focus = placed.length > 1 ? width / 2 : start;
  const stage = useStage(box, { width, height, focus, room, isCompact, held });
  stageRef.current = stage;
  const asked = useRef(0);
  const begun = useRef(false);
  useLayoutEffect(() => {
    stage.reveal(begun.current);
    begun.current = true;
  }, [shape, asked.current]);
  const card = (id: string): HTMLElement | null =>
    box.current?.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`) ?? null;
  const sought = useRef<string | null>(null);
  useLayoutEffect(() => {
    sought.current = find.at;
    // What cannot be read is not found.
    if (find.at !== null && stage.scale < limits.far) stage.zoom(limits.lean / stage.scale);
  }, [find.steps, find.at]);
  useLayoutEffect(() => {
    if (sought.current === null || !box.current || stage.scale < limits.far) return;
    bringIntoSight(box.current, card(sought.current));
    sought.current = null;
  });
  const next = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (next.current === null) return;
    card(next.current)?.focus();
    next.current = null;
  });
  const setFold = (id: string, open: boolean): void => {
    stage.hold(id);
    next.current = open ? (forest.children.get(id)?.[0] ?? null) : id;
    setFolded(open ? opened(which, id, forest.children) : new Set([...which, id]));
  };
  const steps = forest.parents.size;
  const hasHandles = steps > mostCards || folds.size > 0;
  const shown = placed[0]?.layout.cards.filter(({ id }) => !folds.has(id)).length ?? 0;
  const folding = { folds, forest, hasHandles, set: setFold };
  return (
    <>
      <div class="rw-flow-tools">
        {tools(
          hasHandles ? (
            <FoldMenu
              folded={props.folded}
              which={which}
              forest={forest}
              onChange={(folded) => {
                asked.current += 1;
                setFolded(folded);
              }}
            />
          ) : null,
          shown < steps ? `${steps} steps, ${shown} shown` : "",
          closed,
          <ZoomTools stage={stage} />,
        )}
      </div>
      {notes}
      <div class="rw-flow-frame" ref={outer} style={{ "--rw-frame": `${stage.frame}px` }}>
        <div
          class={`rw-flow-view ${isCompact ? "rw-compact" : ""} ${stage.detail}`}
          ref={stage.ref}
          data-scale={stage.scale.toFixed(3)}
          data-shown={visible(which, forest)}
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
              {placed.map((arm) => (
                <FlowArm
                  key={arm.arm.id}
                  placed={arm}
                  top={top}
                  over={over}
                  switches={switches}
                  picks={picks}
                  isCompact={isCompact}
                  look={`${isCompact} ${stage.scale} ${room.width}`}
                  find={find}
                  folding={folding}
                  selected={selection.action}
                  heldBack={placed.length === 1 && arm.arm.id === null ? flow.held_back : null}
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
        {stage.isCut && (
          <div class="rw-flow-dock">
            <p class="rw-muted">
              Part of the flow is out of sight. Drag it or use the map; + and − zoom, 0 shows all.
            </p>
            <FlowMap
              placed={placed}
              width={width}
              height={height}
              top={top}
              stage={stage}
              hits={find.hits}
            />
          </div>
        )}
      </div>
    </>
  );
}
