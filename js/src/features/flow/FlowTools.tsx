// The bar above the flow: the variants' colours, what has been picked, and how much is folded.

import type { JSX } from "preact";
import { armColour } from "../../ui/arms";
import { Select } from "../../ui/Controls";
import { compact, exact, plural, rateOrPerOne, wordOf } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { UsersButton } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";
import type { Arm } from "../../wire/flow";
import type { Edge } from "../../wire/requests";
import { useOpenMetric } from "./FlowEnds";
import { type Forest, foldedAfter } from "./fold";

/** A variant's colour, and what became of it: pressed, Explore draws a line for each variant. */
function ArmKey({ arm, index }: { arm: Arm; index: number }): JSX.Element {
  const snapshot = useSnapshot();
  const openMetric = useOpenMetric(arm);
  const share = arm.conversions === null || !arm.entries ? null : arm.conversions / arm.entries;
  return (
    <button
      type="button"
      class="rw-arm-key"
      data-arm-key={arm.id}
      onClick={() => openMetric("conversions")}
    >
      <i aria-hidden="true" style={{ background: armColour(index) }} />
      <b dir="auto">{arm.label}</b> {plural(arm.entries, "entry", "entries")},{" "}
      {compact(arm.conversions)} {wordOf(arm.conversions, "conversion")} (
      {rateOrPerOne(share, entryOf(snapshot, "conversion_rate"))})
    </button>
  );
}

/** Only the flow shows the chosen variant: a note beside it says so and leads to the other numbers by variant. */
function Alone({ arm }: { arm: Arm }): JSX.Element | null {
  const { store, root } = useView();
  const { options, selection, unsaved } = useSnapshot();
  const isOffered = options.by.includes("variant") && unsaved.by.variant === undefined;
  // A flow on its own has nothing beside it.
  if (root.dataset.testid !== "rw-dashboard") return null;
  return (
    <span role="status" data-testid="flow-alone">
      Only the flow is of <bdi>{arm.label || arm.id}</bdi>; other numbers are of everyone.
      {isOffered && selection.by !== "variant" && (
        <button
          type="button"
          class="rw-button rw-quiet"
          onClick={() => store.select({ by: "variant" })}
        >
          Chart by variant
        </button>
      )}
    </span>
  );
}

interface NotesProps {
  over: Arm[];
  /** The variant that is shown by itself, if one is. */
  alone: Arm | null;
  cards: string[];
  edges: Edge[];
  clear: () => void;
}

/** Notes above the cards: the variants' colours, whose users are highlighted, what has been picked. */
export function FlowNotes({ over, alone, cards, edges, clear }: NotesProps): JSX.Element | null {
  const { highlight } = useSnapshot();
  const picked = [
    cards.length > 0 && plural(cards.length, "card"),
    edges.length > 0 && plural(edges.length, "line"),
  ]
    .filter(Boolean)
    .join(" and ");
  if (!picked && !highlight && !alone && over.length === 0) return null;
  return (
    <div class="rw-flow-notes">
      {alone && <Alone arm={alone} />}
      {over.map((arm, index) => (
        <ArmKey key={arm.id} arm={arm} index={index} />
      ))}
      {highlight && (
        <span role="status" data-testid="highlight" data-size={highlight.size}>
          <i class="rw-there-mark" aria-hidden="true" />
          <bdi>{highlight.name}</bdi>: {exact(highlight.entered)} of{" "}
          {plural(highlight.size, "user")} entered; each card shows how many of them received its
          action
        </span>
      )}
      {picked && (
        <span class="rw-picked" role="status">
          {picked} picked
          <UsersButton question={{ of: "several", actions: cards, edges }} testid="users-picked">
            Users in any of them
          </UsersButton>
          <button type="button" class="rw-button rw-quiet" onClick={clear}>
            Clear
          </button>
        </span>
      )}
    </div>
  );
}

interface FoldMenuProps {
  folded: "auto" | ReadonlySet<string>;
  /** What is folded now. */
  which: ReadonlySet<string>;
  forest: Forest;
  onChange: (folded: "auto" | ReadonlySet<string>) => void;
}

/** How many steps are seen before the rest is folded. */
export function FoldMenu({ folded, which, forest, onChange }: FoldMenuProps): JSX.Element {
  const rows = Math.max(0, ...forest.depths.values()) + 1;
  const steps = Array.from({ length: Math.max(0, rows - 1) }, (_, at) => at + 1);
  const same = (other: ReadonlySet<string>): boolean =>
    other.size === which.size && [...other].every((id) => which.has(id));
  const found = steps.find((step) => same(foldedAfter(step, forest)));
  const own = which.size === 0 ? "none" : found === undefined ? "own" : String(found);
  const choices = [
    { value: "auto", label: "Folded to fit" },
    { value: "none", label: "All steps" },
    ...steps.map((step) => ({ value: String(step), label: `Fold below step ${step}` })),
    ...(folded !== "auto" && own === "own" ? [{ value: "own", label: "As opened" }] : []),
  ];
  const choose = (value: string): void => {
    if (value === "auto") onChange("auto");
    else if (value === "none") onChange(new Set());
    else if (value !== "own") onChange(foldedAfter(Number(value), forest));
  };
  return (
    <Select
      label="Steps that are shown"
      value={folded === "auto" ? "auto" : own}
      choices={choices}
      testid="flow-fold"
      onChange={choose}
    />
  );
}
