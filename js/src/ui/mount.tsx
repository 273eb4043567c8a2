// What every widget's entry shares: a root element, its theme, its width class, one store, and an end.

import { type ComponentType, render } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Source } from "../wire/code";
import type { Decode } from "../wire/frames";
import type { Model } from "../wire/model";
import { type Host, modelOf } from "../wire/models";
import { Store } from "../wire/store";
import { rememberLine } from "./closing";
import { keepArrows, keepShortcuts } from "./keys";
import "./plain";
import { watchPaper } from "./paper";
import { freeSticking } from "./sticking";
import { Tip } from "./Tip";
import { watchTheme } from "./theme";
import { type Paper, useSnapshot, useView, type View, ViewContext, type WidthName } from "./view";

export interface RenderContext {
  model: Model;
  el: HTMLElement;
  signal?: AbortSignal;
  code?: (name: string) => Promise<Source>;
  host?: Host<Model>;
}

export interface WidgetModule {
  render(context: RenderContext): () => void;
}

/** Widths of the widget's box at which the layout changes. */
const widths: [least: number, name: WidthName][] = [
  [1360, "wide"],
  [960, "compact"],
  [640, "medium"],
];

/** The name of the widget's width: the root carries it too, so that styles need no container queries. */
function widthName(width: number): WidthName {
  return widths.find(([least]) => width >= least)?.[1] ?? "small";
}

function watchWidth(root: HTMLElement, signal: AbortSignal, changed: () => void): () => Paper {
  const apply = (): void => {
    // In pixels of its own: a page that is zoomed by its styles counts larger ones.
    const width = root.offsetWidth;
    // Printed it is as wide as the paper, whatever the window was. 0 is a hidden or detached cell: keep the last layout, the
    // observer calls again when it is shown.
    const next = paper() === "printed" ? "compact" : width > 0 && widthName(width);
    if (!next || root.dataset.rwWidth === next) return;
    root.dataset.rwWidth = next;
    changed();
  };
  const paper = watchPaper(root.ownerDocument, signal, () => {
    apply();
    changed();
  });
  root.dataset.rwWidth = "wide";
  apply();
  if (typeof ResizeObserver === "undefined") return paper;
  const observer = new ResizeObserver(apply);
  observer.observe(root);
  signal.addEventListener("abort", () => observer.disconnect());
  return paper;
}

/** Below it what stands at the top would leave too little room for what scrolls under it. */
const leastForSticking = 600;

/** The height that Python gives: the widget then scrolls within it. */
function followHeight(root: HTMLElement, model: Model, signal: AbortSignal): void {
  const apply = (): void => {
    const height = model.get("_height");
    const given = typeof height === "number" ? height : null;
    root.classList.toggle("rw-framed", given !== null);
    root.classList.toggle("rw-low", given !== null && given < leastForSticking);
    root.style.height = given === null ? "" : `${given}px`;
  };
  apply();
  model.on("change:_height", apply);
  signal.addEventListener("abort", () => model.off("change:_height", apply));
}

function tellZone(store: Store): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && store.get("_viewer_zone") !== undefined && store.get("_viewer_zone") !== zone)
    store.set("_viewer_zone", zone);
}

/** How the numbers stand, as classes of the root: they come and go in the frame of the numbers that they are about. */
function Standing(): null {
  const { root } = useView();
  const { stale, loading } = useSnapshot(true);
  useLayoutEffect(() => {
    root.classList.toggle("rw-stale", stale);
    root.classList.toggle("rw-loading", loading);
  }, [stale, loading]);
  return null;
}

/** A widget module for one component. `name` becomes the root's data-testid; `decode` reads the tables that it is sent. */
export function widget(name: string, Body: ComponentType, decode: Decode): WidgetModule {
  return {
    render({ model, el, signal: outer, code, host }) {
      const life = new AbortController();
      const end = (): void => life.abort();
      if (outer?.aborted) end();
      outer?.addEventListener("abort", end, { signal: life.signal });
      const root = document.createElement("div");
      root.className = "rw";
      root.dataset.testid = name;
      // The language of its words, whatever the page around it is in; numbers and days follow the locale.
      root.lang = "en";
      root.dir = "ltr";
      root.setAttribute("data-jp-suppress-context-menu", "");
      el.append(root);
      const store = new Store(model, life.signal, decode);
      rememberLine(store);
      const asks: View["asks"] = { users: null };
      const kept: View["kept"] = new Map();
      let redraw: () => void = () => undefined;
      let themes = 0;
      watchTheme(root, life.signal, () => {
        themes += 1;
        redraw();
      });
      const paper = watchWidth(root, life.signal, () => redraw());
      followHeight(root, model, life.signal);
      freeSticking(root, life.signal);
      keepShortcuts(root, life.signal);
      // A saved page has no notebook around it, and scrolls as pages do.
      if (store.snapshot.kernel) keepArrows(root, life.signal);
      const App = () => {
        const [, setDrawn] = useState(0);
        const width = root.dataset.rwWidth as WidthName;
        useEffect(() => {
          redraw = () => setDrawn((count) => count + 1);
          // Effects run after the first frame, in which the element may have been given its room.
          if (root.dataset.rwWidth !== width) redraw();
        }, []);
        return (
          <ViewContext.Provider
            value={{
              store,
              root,
              signal: life.signal,
              theme: themes,
              width,
              paper: paper(),
              asks,
              kept,
              code,
              other: (id) => modelOf(model, host, id),
            }}
          >
            <Standing />
            <Body />
            <Tip />
          </ViewContext.Provider>
        );
      };
      render(<App />, root);
      tellZone(store);
      life.signal.addEventListener("abort", () => {
        render(null, root);
        root.remove();
      });
      return end;
    },
  };
}
