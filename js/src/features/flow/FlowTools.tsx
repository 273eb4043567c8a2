// The bar above the flow: which variants are shown, their colours, and what has been picked.

import type { JSX } from "preact";
import { armColour } from "../../ui/arms";
import { Select } from "../../ui/Controls";
import { compact, exact, plural, rate } from "../../ui/format";
import { Group } from "../../ui/regions";
import { UsersButton } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";
import type { Arm } from "../../wire/flow";
import type { Edge } from "../../wire/requests";
import { useOpenMetric } from "./FlowEnds";
import { type Forest, foldedAfter } from "./fold";

/** How variants are shown: one at a time (or everybody), each beside the others, or all on the same cards. */
export type VariantView = "single" | "sideBySide" | "overlaid";

interface VariantsProps {
  arms: Arm[];
  view: VariantView;
  setView: (view: VariantView) => void;
  /** Only one at a time: there is no room for several. */
  one: boolean;
}

/** All variants at once. */
function Together({ view, setView }: Pick<VariantsProps, "view" | "setView">): JSX.Element {
  return (
    <>
      <button
        type="button"
        class="rw-button"
        aria-pressed={view === "overlaid"}
        data-tip="All variants on the same cards"
        onClick={() => setView(view === "overlaid" ? "single" : "overlaid")}
      >
        Overlaid
      </button>
      <button
        type="button"
        class="rw-button"
        aria-pressed={view === "sideBySide"}
        onClick={() => setView(view === "sideBySide" ? "single" : "sideBySide")}
      >
        Side by side
      </button>
    </>
  );
}

/** The same in one menu, where the flow has half of the width. */
function VariantMenu({
  arms,
  view,
  setView,
  choose,
}: Omit<VariantsProps, "one"> & { choose: (id: string | null) => void }): JSX.Element {
  const { selection } = useSnapshot();
  const together: VariantView[] = ["overlaid", "sideBySide"];
  const choices = [
    { value: "all", label: "All variants" },
    ...arms.map(({ id, label }) => ({ value: `of ${id}`, label: label || String(id) })),
    { value: "overlaid", label: "Overlaid" },
    { value: "sideBySide", label: "Side by side" },
  ];
  const one = selection.variant === null ? "all" : `of ${selection.variant}`;
  return (
    <Select
      label="Variant"
      value={view === "single" ? one : view}
      choices={choices}
      testid="variant"
      onChange={(value) => {
        const found = together.find((name) => name === value);
        if (found) setView(found);
        else choose(value === "all" ? null : value.slice("of ".length));
      }}
    />
  );
}

export function Variants({ arms, view, setView, one }: VariantsProps): JSX.Element | null {
  const { store, width } = useView();
  const { campaign, selection, options } = useSnapshot();
  const closed = options.closed?.by;
  if (arms.length < 2)
    return closed && campaign.variants.length > 1 ? (
      <span class="rw-muted" data-testid="no-variants" data-tip={closed}>
        No variants. {closed.split(";")[0]}.
      </span>
    ) : null;
  const known = new Map(campaign.variants.map((variant) => [variant.id, variant]));
  const choose = (id: string | null): void => {
    setView("single");
    store.select({ variant: id });
  };
  if (width === "compact")
    return <VariantMenu arms={arms} view={view} setView={setView} choose={choose} />;
  return (
    <Group class="rw-variants" label="Variant">
      <button
        type="button"
        class="rw-button"
        aria-pressed={view === "single" && selection.variant === null}
        onClick={() => choose(null)}
      >
        All
      </button>
      {arms.map((arm) => {
        const variant = known.get(arm.id ?? "");
        return (
          <button
            key={arm.id}
            type="button"
            class="rw-button"
            aria-pressed={view === "single" && selection.variant === arm.id}
            data-variant={arm.id}
            data-tip={variant && `${variant.name}: ${rate(variant.share)} of the audience`}
            onClick={() => choose(arm.id)}
          >
            <span class="rw-clip" dir="auto">
              {arm.label || variant?.name || arm.id}
              {variant?.control && !/control/i.test(arm.label) && ", control"}
            </span>
          </button>
        );
      })}
      {!one && <Together view={view} setView={setView} />}
    </Group>
  );
}

/** A variant's colour, and what became of it: pressed, Explore draws a line for each variant. */
function ArmKey({ arm, index }: { arm: Arm; index: number }): JSX.Element {
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
      {compact(arm.conversions)} conversions ({rate(share)})
    </button>
  );
}

interface NotesProps {
  over: Arm[];
  cards: string[];
  edges: Edge[];
  clear: () => void;
}

/** Notes above the cards: the variants' colours, whose users are highlighted, what has been picked. */
export function FlowNotes({ over, cards, edges, clear }: NotesProps): JSX.Element | null {
  const { highlight } = useSnapshot();
  const picked = [
    cards.length > 0 && plural(cards.length, "card"),
    edges.length > 0 && plural(edges.length, "line"),
  ]
    .filter(Boolean)
    .join(" and ");
  if (!picked && !highlight && over.length === 0) return null;
  return (
    <div class="rw-flow-notes">
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
