// Pages of several widgets without a kernel, drawn from a JSON block: the demo pages, and the tests in real browsers.
import { HostModel, type State } from "./host";
import { importText, type WidgetModule } from "./modules";

interface PageWidget {
  module: string;
  target: string;
  state: State;
  /** False lets the widget believe in a kernel that never answers (to look at its controls). */
  standalone?: boolean;
}

export interface Page {
  modules: Record<string, string>;
  widgets: PageWidget[];
}

/** One selection for all widgets of a page, as a shared rw.Selection does in a notebook. */
function link(models: HostModel[]): void {
  let busy = false;
  for (const model of models) {
    model.on("change:_selection", () => {
      if (busy) return;
      busy = true;
      for (const other of models) {
        if (other === model) continue;
        other.set("_selection", model.get("_selection"));
        other.save_changes();
      }
      busy = false;
    });
  }
}

/** Draw every widget of a saved page. Returns the models, by target. */
export async function openPage(
  page: Page,
  signal: AbortSignal,
): Promise<Record<string, HostModel>> {
  const widgets = page.widgets.map(({ state, standalone = true, ...widget }) => ({
    ...widget,
    model: new HostModel(state, { standalone }),
  }));
  link(widgets.map(({ model }) => model));
  const loaded = new Map<string, Promise<WidgetModule>>();
  for (const { module, target, model } of widgets) {
    const el = document.getElementById(target);
    const source = page.modules[module];
    if (!el || source === undefined) continue;
    const widget = loaded.get(module) ?? importText(source);
    loaded.set(module, widget);
    (await widget).render({ model, el, signal });
  }
  return Object.fromEntries(widgets.map(({ target, model }) => [target, model]));
}
