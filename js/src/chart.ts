// The only bundle that carries Vega. Specs come from Python; rows and colours are put in here, so that new numbers or
// another theme do not draw the chart anew.
import embed from "vega-embed";
import { changeset, type View } from "vega";
import type { Chart, Hover, Signals } from "./lib/charts";
import type { SeriesRow } from "./lib/frame";

const dataset = "series";

function setSignals(view: View, signals: Signals): void {
  for (const [name, value] of Object.entries(signals)) {
    try {
      view.signal(name, value);
    } catch {
      // A spec need not use every colour.
    }
  }
}

/** Keep the chart as wide as its box: Vega itself only looks when the window is resized. */
function followWidth(el: HTMLElement, view: View): () => void {
  if (typeof ResizeObserver === "undefined") return () => undefined;
  let last = el.clientWidth;
  const observer = new ResizeObserver(() => {
    const width = el.clientWidth;
    if (width <= 0 || Math.abs(width - last) < 1) return;
    last = width;
    void view.width(width).runAsync();
  });
  observer.observe(el);
  return () => observer.disconnect();
}

type Scale = (value: number) => number;

/** Where the instants of the series stand, in pixels of the chart's box. */
function places(el: HTMLElement, view: View, times: number[]): number[] {
  let scale: Scale;
  try {
    scale = view.scale("x") as Scale;
  } catch {
    return [];
  }
  const svg = el.querySelector("svg");
  const shift = svg ? svg.getBoundingClientRect().left - el.getBoundingClientRect().left : 0;
  const origin = view.origin()[0];
  return times.map((time) => scale(time) + origin + shift);
}

function nearest(xs: number[], x: number): number {
  let best = -1;
  xs.forEach((place, index) => {
    if (best < 0 || Math.abs(place - x) < Math.abs(xs[best]! - x)) best = index;
  });
  return best;
}

/** Report the instant under the pointer, or the one the arrow keys went to; null when neither. */
function watchHover(el: HTMLElement, view: View, times: () => number[], tell: Hover): AbortController {
  const life = new AbortController();
  const { signal } = life;
  let at = -1;
  const show = (index: number, xs: number[]): void => {
    at = index;
    tell(index < 0 ? null : { time: times()[index]!, x: xs[index]! });
  };
  const move = (event: PointerEvent): void => {
    const xs = places(el, view, times());
    show(nearest(xs, event.clientX - el.getBoundingClientRect().left), xs);
  };
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const count = times().length;
    if (event.key === "Escape") return show(-1, []);
    if (!step || count === 0) return;
    event.preventDefault();
    const next = at < 0 ? (step > 0 ? 0 : count - 1) : Math.min(count - 1, Math.max(0, at + step));
    show(next, places(el, view, times()));
  };
  el.addEventListener("pointermove", move, { signal });
  el.addEventListener("pointerleave", () => show(-1, []), { signal });
  el.addEventListener("keydown", key, { signal });
  el.addEventListener("blur", () => show(-1, []), { signal });
  return life;
}

const distinct = (rows: SeriesRow[]): number[] => [...new Set(rows.map((row) => row.time_ms))].sort((a, b) => a - b);

export async function draw(el: HTMLElement, spec: Record<string, unknown>, rows: SeriesRow[], signals: Signals): Promise<Chart> {
  let times = distinct(rows);
  const result = await embed(el, { ...spec, datasets: undefined } as never, {
    actions: false, renderer: "svg", defaultStyle: false, tooltip: () => undefined, logLevel: 1,
    config: { font: getComputedStyle(el).fontFamily },
    patch: (compiled) => {
      for (const signal of compiled.signals ?? []) {
        const value = signals[signal.name];
        if (value !== undefined) (signal as { value?: unknown }).value = value;
      }
      const data = compiled.data?.find((source) => source.name === dataset);
      if (data) (data as { values?: unknown }).values = rows.map((row) => ({ ...row }));
      return compiled;
    },
  });
  const view = result.view;
  const stopWidth = followWidth(el, view);
  let hover: AbortController | null = null;
  return {
    async update(next) {
      times = distinct(next);
      await view.change(dataset, changeset().remove(() => true).insert(next.map((row) => ({ ...row })))).runAsync();
    },
    async restyle(next) {
      setSignals(view, next);
      await view.runAsync();
    },
    onHover(tell) {
      hover?.abort();
      hover = watchHover(el, view, () => times, tell);
    },
    toSVG: () => view.toSVG(),
    toPNG: () => view.toImageURL("png", 2),
    finalize() {
      hover?.abort();
      stopWidth();
      result.finalize();
      el.replaceChildren();
    },
  };
}
