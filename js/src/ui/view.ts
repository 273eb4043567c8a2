// One drawn view of a widget: components find its store, its root element and its end here.

import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { Source } from "../wire/code";
import type { Model } from "../wire/model";
import type { SegmentRequest } from "../wire/requests";
import type { Selection } from "../wire/selection";
import type { Snapshot, Store } from "../wire/store";
import { drawIn } from "./locale";

/** How much room a widget has: two columns in `wide` and `compact`, one in `medium`, rows and lists in `small`. */
export type WidthName = "wide" | "compact" | "medium" | "small";

/** What is drawn for paper, on which nothing can be opened: a page that was made for it, or one that is being printed. */
export type Paper = "made" | "printed" | null;

export interface View {
  store: Store;
  root: HTMLElement;
  signal: AbortSignal;
  /** Goes up by one when the host's theme changes: charts read their colours again. */
  theme: number;
  width: WidthName;
  paper: Paper;
  /** What answers where a widget has it: a tooltip asks for users by the part that shows them. */
  asks: { users: ((question: SegmentRequest) => void) | null };
  /** What parts keep from one drawing to the next, by `useKept`. */
  kept: Map<string, { of: unknown; value: unknown }>;
  /** Code that another model carries, by its name; none on a saved page. */
  code?: (name: string) => Promise<Source>;
  /** Another widget's model by its id; undefined where the host hands out none. */
  other: (id: string) => Promise<Model | undefined>;
}

export const ViewContext = createContext<View | null>(null);

export function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new Error("a component was drawn outside of a view");
  const { options, audience } = view.store.snapshot;
  drawIn(options.locale ?? audience.locale);
  return view;
}

/** The current snapshot; the component is drawn again whenever it changes, marks of what was clicked `first`. */
export function useSnapshot(first = false): Snapshot {
  const { store } = useView();
  const [, redraw] = useState(0);
  const drawn = store.snapshot;
  useEffect(() => {
    const draw = (): void => redraw((count) => count + 1);
    // Effects run after the first frame: what changed until then has had no listener.
    if (store.snapshot !== drawn) draw();
    return store.subscribe(draw, first);
  }, [store]);
  return store.snapshot;
}

/**
 * Parts of the snapshot, and what is marked of the selection. The component is drawn again only when one of these is another, and
 * before what a click opens: of hundreds of cards two change, in the frame of the click.
 */
export function useMarked<K extends keyof Snapshot, M>(
  names: readonly K[],
  marked: (selection: Selection) => M,
): [Pick<Snapshot, K>, M] {
  const { store } = useView();
  const [, redraw] = useState(0);
  const drawn = { snapshot: store.snapshot, marked: marked(store.snapshot.selection) };
  const live = useRef({ drawn, names, marked });
  live.current = { drawn, names, marked };
  useEffect(() => {
    const look = (): void => {
      const { snapshot } = store;
      const { drawn, names, marked } = live.current;
      if (
        marked(snapshot.selection) !== drawn.marked ||
        names.some((name) => snapshot[name] !== drawn.snapshot[name])
      )
        redraw((count) => count + 1);
    };
    look();
    return store.subscribe(look, true);
  }, [store]);
  return [drawn.snapshot, drawn.marked];
}
