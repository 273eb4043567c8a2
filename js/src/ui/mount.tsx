// What every widget's entry shares: a root element, its theme, its width class, one store, and an end.

import { type ComponentType, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Source } from "../wire/code";
import type { Model } from "../wire/model";
import { Store } from "../wire/store";
import { keepArrows, keepShortcuts } from "./keys";
import { watchTheme } from "./theme";
import { ViewContext } from "./view";

export interface RenderContext {
  model: Model;
  el: HTMLElement;
  signal?: AbortSignal;
  code?: (name: string) => Promise<Source>;
}

export interface WidgetModule {
  render(context: RenderContext): () => void;
}

/** Widths at which the layout changes; the root carries the name, so that styles need no container queries. */
function widthName(width: number): string {
  if (width < 560) return "small";
  if (width < 1100) return "medium";
  return "wide";
}

function watchWidth(root: HTMLElement, signal: AbortSignal): void {
  const apply = (width: number): void => {
    // 0 is a hidden or detached cell: keep the last layout, the observer calls again when it is shown.
    if (width > 0) root.dataset.rwWidth = widthName(width);
  };
  root.dataset.rwWidth = "wide";
  apply(root.getBoundingClientRect().width);
  if (typeof ResizeObserver === "undefined") return;
  const observer = new ResizeObserver((entries) => {
    for (const { contentRect } of entries) apply(contentRect.width);
  });
  observer.observe(root);
  signal.addEventListener("abort", () => observer.disconnect());
}

function tellZone(store: Store): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && store.get("_viewer_zone") !== undefined && store.get("_viewer_zone") !== zone)
    store.set("_viewer_zone", zone);
}

/** A widget module for one component. `name` becomes the root's data-testid. */
export function widget(name: string, Body: ComponentType): WidgetModule {
  return {
    render({ model, el, signal: outer, code }) {
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
      const store = new Store(model, life.signal);
      let themeChanged: () => void = () => undefined;
      watchTheme(root, life.signal, () => themeChanged());
      watchWidth(root, life.signal);
      keepShortcuts(root, life.signal);
      // A saved page has no notebook around it, and scrolls as pages do.
      if (store.snapshot.kernel) keepArrows(root, life.signal);
      const App = () => {
        const [theme, setTheme] = useState(0);
        useEffect(() => {
          themeChanged = () => setTheme((count) => count + 1);
        }, []);
        return (
          <ViewContext.Provider value={{ store, root, signal: life.signal, theme, code }}>
            <Body />
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
