// Which variants the flow shows: one at a time, all on the same cards, or each beside the others.

import type { JSX } from "preact";
import { Combobox } from "../../ui/Combobox";
import { type Choice, Select } from "../../ui/Controls";
import { rate } from "../../ui/format";
import { Group } from "../../ui/regions";
import { useMarked, useSnapshot, useView } from "../../ui/view";
import type { Arm } from "../../wire/flow";

/** How variants are shown: one at a time (or everybody), each beside the others, or all on the same cards. */
export type VariantView = "single" | "sideBySide" | "overlaid";

interface VariantsProps {
  arms: Arm[];
  view: VariantView;
  setView: (view: VariantView) => void;
  /** Only one at a time: there is no room for several. */
  one: boolean;
  /** Why all of them cannot be shown at once. */
  closed: Closed;
  /** Their numbers stand below one another. */
  compared: boolean;
  setCompared: (compared: boolean) => void;
}

/** Why a way to show all variants at once is not offered. */
export type Closed = Partial<Record<Exclude<VariantView, "single">, string>>;

/** So many have a button each; more stand in a menu, and in a table. */
const mostButtons = 4;

/** All variants at once. */
function Together({
  view,
  setView,
  closed,
}: Pick<VariantsProps, "view" | "setView" | "closed">): JSX.Element {
  return (
    <>
      <button
        type="button"
        class="rw-button"
        aria-pressed={view === "overlaid"}
        disabled={closed.overlaid !== undefined && view !== "overlaid"}
        data-tip={closed.overlaid ?? "All variants on the same cards"}
        onClick={() => setView(view === "overlaid" ? "single" : "overlaid")}
      >
        Overlaid
      </button>
      <button
        type="button"
        class="rw-button"
        aria-pressed={view === "sideBySide"}
        disabled={closed.sideBySide !== undefined && view !== "sideBySide"}
        data-tip={closed.sideBySide ?? "Each variant beside the others"}
        onClick={() => setView(view === "sideBySide" ? "single" : "sideBySide")}
      >
        Side by side
      </button>
    </>
  );
}

interface MenuProps extends Pick<VariantsProps, "arms" | "view" | "setView" | "closed" | "one"> {
  choose: (id: string | null) => void;
}

/** From so many variants on they are searched by typing. */
const searchFrom = 8;

/** The same in one menu, where there is little room or there are many. */
function VariantMenu({ arms, view, setView, closed, one, choose }: MenuProps): JSX.Element {
  const { selection } = useSnapshot();
  const together: VariantView[] = ["overlaid", "sideBySide"];
  const isSearched = arms.length >= searchFrom;
  const choices: Choice[] = [
    { value: "all", label: "All variants" },
    ...arms.map(({ id, label }) => ({ value: `of ${id}`, label: label || String(id) })),
    ...(one
      ? []
      : [
          { value: "overlaid", label: "Overlaid", closed: closed.overlaid },
          { value: "sideBySide", label: "Side by side", closed: closed.sideBySide },
        ]),
  ].map((choice) => ({
    ...choice,
    // A list that is searched says the reason of itself; the platform's has labels only.
    label: choice.closed && !isSearched ? `${choice.label} (${choice.closed})` : choice.label,
  }));
  const shown = selection.variant === null ? "all" : `of ${selection.variant}`;
  const Menu = isSearched ? Combobox : Select;
  return (
    <Menu
      label="Variant"
      value={view === "single" ? shown : view}
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

export function Variants(props: VariantsProps): JSX.Element | null {
  const { arms, view, setView, one, closed: away, compared, setCompared } = props;
  const { store, width } = useView();
  const [{ campaign, options }, chosen] = useMarked(
    ["campaign", "options"],
    (selection) => selection.variant,
  );
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
  if (width === "compact" || arms.length > mostButtons)
    return (
      <>
        <VariantMenu
          arms={arms}
          view={view}
          setView={setView}
          closed={away}
          one={one}
          choose={choose}
        />
        {arms.length > mostButtons && (
          <button
            type="button"
            class="rw-button"
            aria-pressed={compared}
            data-testid="compare-variants"
            onClick={() => setCompared(!compared)}
          >
            Compare {arms.length}
          </button>
        )}
      </>
    );
  return (
    <Group class="rw-variants" label="Variant">
      <button
        type="button"
        class="rw-button"
        aria-pressed={view === "single" && chosen === null}
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
            aria-pressed={view === "single" && chosen === arm.id}
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
      {!one && <Together view={view} setView={setView} closed={away} />}
    </Group>
  );
}
