import type { JSX, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Toggle } from "../../ui/Controls";
import { plural } from "../../ui/format";
import { Mark } from "../../ui/icons";
import { useKept } from "../../ui/kept";
import { usePaper } from "../../ui/paper";
import { useSnapshot, useView } from "../../ui/view";
import type { Arm, Flow } from "../../wire/flow";
import type { Edge } from "../../wire/requests";
import type { Picks } from "./FlowArm";
import { FlowCanvas, type Folded } from "./FlowCanvas";
import { FlowFind, useFind } from "./FlowFind";
import { FlowList } from "./FlowList";
import type { Stage } from "./FlowStage";
import { FlowNotes } from "./FlowTools";
import { type Closed, Variants, type VariantView } from "./FlowVariants";
import { isBlank, useFlow } from "./shown_flow";
import { VariantTable } from "./VariantTable";

/** Which arms are shown: the variant of the selection, everybody, or every variant beside the others. */
function armsShown(flow: Flow, variant: string | null, view: VariantView): Arm[] {
  const variants = flow.arms.filter((arm) => arm.id !== null);
  if (view === "sideBySide" && variants.length > 1) return variants;
  const wanted = flow.arms.find((arm) => arm.id === (view === "overlaid" ? null : variant));
  return [wanted ?? flow.arms[0]].filter((arm): arm is Arm => arm !== undefined);
}

/** Cards and lines picked with Shift; picking one again lets it go. */
function usePicks(open: string | null): Picks {
  const [cards, setCards] = useKept<string[]>("cards", []);
  const [edges, setEdges] = useKept<Edge[]>("edges", []);
  const same = (one: Edge, other: Edge): boolean => one[0] === other[0] && one[1] === other[1];
  // A second press may come before the first is drawn.
  const now = useRef({ cards, edges });
  now.current = { cards, edges };
  const pickCard = (id: string): void => {
    const { cards } = now.current;
    // The card that is open counts as the first one picked.
    const all = cards.length === 0 && open !== null && open !== id ? [open] : cards;
    now.current.cards = all.includes(id) ? all.filter((one) => one !== id) : [...all, id];
    setCards(now.current.cards);
  };
  const pickEdge = (edge: Edge): void => {
    const { edges } = now.current;
    const others = edges.filter((one) => !same(one, edge));
    now.current.edges = others.length < edges.length ? others : [...edges, edge];
    setEdges(now.current.edges);
  };
  const clear = (): void => {
    setCards([]);
    setEdges([]);
  };
  return { cards, edges, pickCard, pickEdge, clear };
}

/** Flows of so many actions have a field to find one by its name in sight; in a smaller one "/" brings it. */
const findFrom = 12;

/** What keys do in the flow, wherever in it the focus is. */
function useKeys(
  find: () => void,
  stage: { current: Stage | null },
): (event: TargetedKeyboardEvent<HTMLElement>) => void {
  return (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.target as Element).closest("input, textarea, select")) return;
    const keys: Record<string, (() => void) | undefined> = {
      "/": find,
      "+": () => stage.current?.zoom(1.25),
      "=": () => stage.current?.zoom(1.25),
      "-": () => stage.current?.zoom(1 / 1.25),
      "0": () => stage.current?.fit(),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
}

/** The campaign as a flow: cards, what was sent on, and where conversions came from; a list where there is no room for them. */
export function FlowView(): JSX.Element {
  const snapshot = useSnapshot();
  const { campaign, selection } = snapshot;
  const flow = useFlow();
  const blank = isBlank(snapshot);
  const { width } = useView();
  const paper = usePaper();
  const [chosen, setView] = useKept<VariantView>("arms", "single");
  const [entries, setEntries] = useKept("entries", true);
  const [conversions, setConversions] = useKept("conversions", true);
  const [folded, setFolded] = useKept<Folded>("folded", "auto");
  const [listed, setListed] = useKept("listed", false);
  const [compared, setCompared] = useKept("compared", false);
  const [sought, setSought] = useKept("sought", false);
  const picks = usePicks(selection.action);
  const find = useFind();
  const section = useRef<HTMLElement>(null);
  const stage = useRef<Stage | null>(null);
  const isNarrow = width === "small" && !paper;
  const isList = isNarrow || (listed && !paper);
  const view = isList ? "single" : chosen;
  const arms = armsShown(flow, selection.variant, view);
  const [arm] = arms;
  const variants = flow.arms.filter((one) => one.id !== null);
  const over = view === "overlaid" && variants.length > 1 ? variants : [];
  const field = (): HTMLElement | null =>
    section.current?.querySelector<HTMLElement>(".rw-find-field") ?? null;
  useLayoutEffect(() => {
    if (sought) field()?.focus();
  }, [sought]);
  const press = useKeys(() => {
    setSought(true);
    field()?.focus();
  }, stage);
  const reach = (): void => {
    const card = find.at === null ? "" : `[data-action="${CSS.escape(find.at)}"]`;
    section.current?.querySelector<HTMLElement>(card)?.focus();
  };
  const hasField = campaign.actions.length > findFrom || sought || find.query !== "";
  const head = (words: string): JSX.Element => (
    <>
      <h3>Flow{paper && view === "single" && arm?.id != null && ` of ${arm.label || arm.id}`}</h3>
      {words && <span class="rw-muted rw-flow-count">{words}</span>}
    </>
  );
  const tools = (
    fold: JSX.Element | null,
    words: string,
    closed: Closed,
    zoom: JSX.Element | null,
  ): JSX.Element => (
    <>
      {head(words)}
      {hasField && <FlowFind find={find} reach={reach} />}
      {fold}
      <Variants
        arms={variants}
        view={view}
        setView={setView}
        one={isList}
        closed={closed}
        compared={compared}
        setCompared={setCompared}
      />
      <span class="rw-switches rw-flow-right">
        {!isList && (
          <>
            <Toggle label="Entries" on={entries} onChange={setEntries} />
            <Toggle label="Conversions" on={conversions} onChange={setConversions} />
          </>
        )}
        {!isNarrow && (
          <button
            type="button"
            class="rw-iconbutton rw-as-list"
            aria-pressed={isList}
            aria-label="As a list"
            data-tip={isList ? "As cards" : "As a list"}
            data-testid="flow-list"
            onClick={() => setListed(!listed)}
          >
            <Mark name="list" />
          </button>
        )}
        {zoom}
      </span>
    </>
  );
  const notes = (
    <>
      {compared && variants.length > 0 && <VariantTable arms={variants} />}
      <FlowNotes
        over={over}
        alone={view === "single" && arm?.id != null ? arm : null}
        cards={picks.cards}
        edges={picks.edges}
        clear={picks.clear}
      />
    </>
  );
  return (
    <section class="rw-section rw-flow-section" aria-label="Flow" ref={section} onKeyDown={press}>
      <div class={blank ? "rw-flow rw-flow-blank" : "rw-flow"} aria-busy={blank}>
        {isList ? (
          <>
            <div class="rw-flow-tools">{tools(null, "", {}, null)}</div>
            {notes}
            {arm && (
              <FlowList arm={arm} heldBack={arm.id === null ? flow.held_back : null} find={find} />
            )}
          </>
        ) : (
          <FlowCanvas
            arms={arms}
            over={over}
            mayShrink={view !== "overlaid"}
            // Shares and totals are numbers, too.
            switches={{ entries: entries && !blank, conversions: conversions && !blank }}
            picks={picks}
            find={find}
            folded={folded}
            setFolded={setFolded}
            stageRef={stage}
            tools={paper ? (_, words) => head(words) : tools}
            notes={notes}
          />
        )}
        <p class="rw-offscreen">
          {arm && !blank
            ? `${plural(arm.entries, "entry", "entries")}, ${plural(arm.conversions, "conversion")}.`
            : ""}
        </p>
        {campaign.actions.length === 0 && !snapshot.loading && (
          <p class="rw-note">The campaign has no actions yet.</p>
        )}
      </div>
    </section>
  );
}
