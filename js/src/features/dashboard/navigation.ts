// Where one is in the dashboard: which part is in front, which action is open, and the way back from it.
import { useEffect, useRef } from "preact/hooks";
import { closeAction, wasClosed } from "../../ui/closing";
import { useKept } from "../../ui/kept";
import { useSnapshot, useView, type WidthName } from "../../ui/view";

export type TabName = "flow" | "explore" | "channels" | "experiment";

const chosenNumber =
  ":is([data-scope=campaign], [data-scope=channel])[data-metric][aria-pressed=true]";

export const twoColumns = (width: WidthName): boolean => width === "wide" || width === "compact";

/** The way back from an action to the campaign, by its button or by Escape; the focus returns to the action's card. */
export function useBack(action: string | null): () => void {
  const { store, root } = useView();
  const left = useRef<string | null>(null);
  const back = (): void => {
    left.current = action;
    closeAction(store);
  };
  useEffect(() => {
    const from = left.current;
    left.current = null;
    if (action === null) {
      // The card may only now be there again: below a width the action stood in its place.
      if (from !== null)
        root.querySelector<HTMLElement>(`[data-action="${CSS.escape(from)}"]`)?.focus();
      return;
    }
    const life = new AbortController();
    const press = (event: KeyboardEvent): void => {
      // Anything else that Escape closes, such as a menu, has already stopped the event.
      if (event.key !== "Escape" || (event.target as Element).closest("input, textarea")) return;
      event.stopPropagation();
      back();
    };
    root.addEventListener("keydown", press, { signal: life.signal });
    return () => life.abort();
  }, [action]);
  return back;
}

/** Which part is shown where not all have room: what a click asks for comes forward. */
export function useTab(): [TabName, (name: TabName) => void] {
  const { store, width, root } = useView();
  const { selection } = useSnapshot();
  // A layout that lacks what was chosen shows its first; the next one that has it shows it again.
  const [chosen, setTab] = useKept<TabName | null>("tab", null);
  const tab = chosen ?? (twoColumns(width) ? "channels" : "flow");
  const before = useRef(selection);
  useEffect(() => {
    if (twoColumns(width)) return;
    const life = new AbortController();
    const click = ({ target }: Event): void => {
      // Choosing a number that is selected already changes nothing, but still brings its part forward.
      if ((target as Element).closest(chosenNumber)) setTab("explore");
    };
    root.addEventListener("click", click, { signal: life.signal });
    return () => life.abort();
  }, [width]);
  useEffect(() => {
    const { metric, action, channel } = before.current;
    before.current = selection;
    if (twoColumns(width) || !store.clicked()) return;
    if (selection.action !== null) setTab("flow");
    // An action that was closed gives way to the flow that it stood over.
    else if (action !== null && wasClosed(store)) setTab("flow");
    else if (metric !== selection.metric || channel !== selection.channel) setTab("explore");
  }, [selection.metric, selection.action, selection.channel]);
  return [tab, setTab];
}
