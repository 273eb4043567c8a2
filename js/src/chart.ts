// The only bundle that carries Vega. Specs come from Python; rows and colours are put in here, so that new numbers or
// another theme do not draw the chart anew.
import embed from "vega-embed";
import { changeset, parse, View, type Spec } from "vega";
import type { Chart, Hover, OpenBand, Signals, Words } from "./lib/charts";
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
function followWidth(el: HTMLElement, view: View, changed: () => void): () => void {
  if (typeof ResizeObserver === "undefined") return () => undefined;
  let last = el.clientWidth;
  const observer = new ResizeObserver(() => {
    const width = el.clientWidth;
    if (width <= 0 || Math.abs(width - last) < 1) return;
    last = width;
    void view.width(width).runAsync().then(changed);
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

/** The band from the first open interval to the end of the plot. */
function openBand(el: HTMLElement, view: View, rows: SeriesRow[]): OpenBand | null {
  const times = distinct(rows);
  const first = times.indexOf(
    Math.min(...rows.filter((row) => row.open).map((row) => row.time_ms)),
  );
  if (first < 0) return null;
  // Half an interval earlier, so that one open interval at the end is seen too.
  const [start, end] = places(el, view, [
    (times[Math.max(0, first - 1)]! + times[first]!) / 2,
    times[times.length - 1]!,
  ]);
  if (start === undefined || end === undefined) return null;
  const { clientWidth: wide, clientHeight: high } = el;
  // In parts of the box: a page printed narrower shrinks the drawing, and what lies on it.
  return {
    left: start / wide,
    top: view.origin()[1] / high,
    width: Math.max(0, end - start) / wide,
    height: view.height() / high,
  };
}

function nearest(xs: number[], x: number): number {
  let best = -1;
  xs.forEach((place, index) => {
    if (best < 0 || Math.abs(place - x) < Math.abs(xs[best]! - x)) best = index;
  });
  return best;
}

/** Report the instant under the pointer, or the one the arrow keys went to; null when neither. */
function watchHover(
  el: HTMLElement,
  view: View,
  times: () => number[],
  tell: Hover,
): AbortController {
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
  // The focus is on the box around the drawing.
  const focused = el.parentElement ?? el;
  focused.addEventListener("keydown", key, { signal });
  focused.addEventListener("blur", () => show(-1, []), { signal });
  return life;
}

/** Parts of a sentence as lines of so many letters. */
function folded(parts: string[], letters: number): string[] {
  return parts.reduce<string[]>((lines, part) => {
    const last = lines[lines.length - 1];
    return last !== undefined && last.length + part.length + 3 <= letters
      ? [...lines.slice(0, -1), `${last} · ${part}`]
      : [...lines, part];
  }, []);
}

/** The drawing once more, with its words and a ground: in a file there is no page around it to say them, or to hatch. */
async function apart(
  spec: Spec,
  wide: number,
  rows: SeriesRow[],
  signals: Signals,
  { title, caption }: Words,
): Promise<View> {
  const above = {
    text: title,
    subtitle: folded(caption.replace("hatched", "shaded").split(" · "), wide / 6),
    anchor: "start",
    frame: "bounds",
    offset: 12,
    fontSize: 14,
    subtitleFontSize: 11,
    subtitlePadding: 4,
    limit: wide,
    color: { signal: "rw_text" },
    subtitleColor: { signal: "rw_muted" },
  };
  const own = (spec.signals ?? []).map((signal) =>
    signal.name === "width" ? { name: "width", value: wide } : signal,
  );
  const made = new View(
    parse({
      ...spec,
      signals: own,
      title: above,
      padding: 16,
      background: { signal: "rw_surface" },
    } as Spec),
    { renderer: "none" },
  );
  setSignals(made, { ...signals, rw_open: signals.rw_grid ?? "" });
  await made
    .change(
      dataset,
      changeset()
        .remove(() => true)
        .insert(rows.map((row) => ({ ...row }))),
    )
    .runAsync();
  return made;
}

const distinct = (rows: SeriesRow[]): number[] =>
  [...new Set(rows.map((row) => row.time_ms))].sort((a, b) => a - b);

export async function draw(
  el: HTMLElement,
  spec: Record<string, unknown>,
  rows: SeriesRow[],
  signals: Signals,
): Promise<Chart> {
  let times = distinct(rows);
  let drawn = rows;
  const result = await embed(el, { ...spec, datasets: undefined } as never, {
    actions: false,
    renderer: "svg",
    defaultStyle: false,
    tooltip: () => undefined,
    logLevel: 1,
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
  let place: () => void = () => undefined;
  const stopWidth = followWidth(el, view, () => place());
  let hover: AbortController | null = null;
  let colours = signals;
  const saved = async (words: Words, take: (made: View) => Promise<string>): Promise<string> => {
    const made = await apart(result.vgSpec, el.clientWidth, drawn, colours, words);
    return take(made).finally(() => made.finalize());
  };
  return {
    async update(next) {
      times = distinct(next);
      drawn = next;
      await view
        .change(
          dataset,
          changeset()
            .remove(() => true)
            .insert(next.map((row) => ({ ...row }))),
        )
        .runAsync();
      place();
    },
    async restyle(next) {
      colours = next;
      setSignals(view, next);
      await view.runAsync();
    },
    onHover(tell) {
      hover?.abort();
      hover = watchHover(el, view, () => times, tell);
    },
    onLayout(tell) {
      place = () => tell(openBand(el, view, drawn));
      place();
    },
    toSVG: (words) => saved(words, (made) => made.toSVG()),
    toPNG: (words) => saved(words, (made) => made.toImageURL("png", 2)),
    finalize() {
      hover?.abort();
      stopWidth();
      result.finalize();
      el.replaceChildren();
    },
  };
}
