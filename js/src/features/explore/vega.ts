// Draws charts with Vega. Specs come from Python; rows and colours are put in here, so that new numbers or another theme do not
// draw the chart anew.
import { changeset, expressionFunction, parse, type Spec, View } from "vega";
import embed from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import {
  captionOpen,
  captionOpenInFile,
  multipleAxis,
  multipleSpacing,
} from "../../../../src/results_widgets/_shared/chart.json";
import { plain } from "../../ui/text";
import type { SeriesRow } from "../../wire/chart";
import type { Chart, Signals, Words } from "./charts";
import { layoutOf, watchHover } from "./marks";
import { flags, lined, type Noted } from "./notes";

const dataset = "series";

// Expressions are interpreted, not compiled: pages whose policy forbids eval draw charts too.
const interpreted = { ast: true, expr: expressionInterpreter };

// The interpreter reads a bare number as a year. Vega-Lite writes each tick of a time axis as an instant in ms.
expressionFunction("datetime", (first: number, ...rest: number[]) =>
  rest.length === 0 ? new Date(first) : new Date(first, ...(rest as [number])),
);

function setSignals(view: View, signals: Signals): void {
  for (const [name, value] of Object.entries(signals)) {
    try {
      view.signal(name, value);
    } catch {
      // A spec need not use every colour.
    }
  }
}

/** Set the chart's width to that of its box; true if it was another. A box that is hidden has none. */
function fitWidth(el: HTMLElement, view: View, columns: number | null): boolean {
  const width = el.clientWidth;
  if (width <= 0) return false;
  const name = columns === null ? "width" : "child_width";
  const gaps = columns === null ? 0 : multipleAxis + multipleSpacing * (columns - 1);
  const own = Math.max(40, Math.floor((width - gaps) / (columns ?? 1)));
  if (Math.abs(own - (view.signal(name) as number)) < 1) return false;
  view.signal(name, own);
  return true;
}

/** Keep the chart as wide as its box: Vega itself only looks when the window is resized. */
function followWidth(
  el: HTMLElement,
  view: View,
  columns: number | null,
  changed: () => void,
): () => void {
  if (typeof ResizeObserver === "undefined") return () => undefined;
  const observer = new ResizeObserver(() => {
    if (fitWidth(el, view, columns)) void view.runAsync().then(changed);
  });
  observer.observe(el);
  return () => observer.disconnect();
}

/** Names of groups turn nothing round; the data keeps them as they are, since what is asked for goes by them. */
function straighten(el: HTMLElement): void {
  for (const text of el.querySelectorAll("svg text, svg tspan")) {
    const [only, ...more] = text.childNodes;
    if (only?.nodeType === Node.TEXT_NODE && more.length === 0)
      only.nodeValue = plain(only.nodeValue ?? "");
  }
}

/** Parts of a sentence as lines of so many letters. */
function wrapped(parts: string[], letters: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.pop();
    if (last === undefined) lines.push(part);
    else if (last.length + part.length + 3 <= letters) lines.push(`${last} · ${part}`);
    else lines.push(last, part);
  }
  return lines;
}

/** The caption's parts. In a file open intervals are shaded: there is no page to hatch them. */
const inFile = (caption: string): string[] =>
  caption.split(" · ").map((part) => (part === captionOpen ? captionOpenInFile : part));

/** A drawing of one plot with notes in it, which lie over it on the page. */
function withNotes(spec: Spec, noted: Noted[], view: View): Spec {
  if (noted.length === 0) return spec;
  const scale = view.scale("x") as (time: number) => number;
  const [xs, wide] = [noted.map(({ time }) => scale(time)), view.width()];
  const lines = {
    name: "rw_note_lines",
    values: lined(noted).map(({ time }) => ({ x: scale(time) })),
  };
  const labels = flags(noted, xs, wide).map(({ x, before, label }) =>
    before ? { x, at: x - 7, align: "right", label } : { x, at: x + 7, align: "left", label },
  );
  const line = {
    x: { field: "x" },
    y: { value: 0 },
    y2: { signal: "height" },
    stroke: { signal: "rw_muted" },
    strokeDash: { value: [2, 2] },
  };
  const triangle = {
    x: { field: "x" },
    y: { value: -9 },
    shape: { value: "triangle-down" },
    size: { value: 30 },
    fill: { signal: "rw_muted" },
  };
  const text = {
    x: { field: "at" },
    y: { value: -6 },
    text: { field: "label" },
    align: { field: "align" },
    fontSize: { value: 11 },
    fill: { signal: "rw_text" },
  };
  const marks = [
    { type: "rule", from: { data: lines.name }, encode: { update: line } },
    { type: "symbol", from: { data: "rw_note_labels" }, encode: { update: triangle } },
    { type: "text", from: { data: "rw_note_labels" }, encode: { update: text } },
  ];
  return {
    ...spec,
    data: [...(spec.data ?? []), lines, { name: "rw_note_labels", values: labels }],
    marks: [...(spec.marks ?? []), ...marks],
  } as Spec;
}

/** The drawing once more, with its words and a ground: in a file there is no page around it to say them, or to hatch. */
async function standalone(
  spec: Spec,
  widths: Record<string, number>,
  rows: SeriesRow[],
  signals: Signals,
  { title, caption }: Words,
): Promise<View> {
  const wide = widths.width ?? 0;
  const above = {
    text: plain(title),
    subtitle: wrapped(inFile(plain(caption)), wide / 6),
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
    signal.name in widths ? { name: signal.name, value: widths[signal.name] } : signal,
  );
  const made = new View(
    parse(
      {
        ...spec,
        signals: own,
        description: above.text,
        title: above,
        padding: 16,
        background: { signal: "rw_surface" },
      } as Spec,
      undefined,
      { ast: interpreted.ast },
    ),
    { renderer: "none", expr: interpreted.expr },
  );
  setSignals(made, { ...signals, rw_open: signals.rw_grid ?? "" });
  await made
    .change(
      dataset,
      changeset()
        .remove(() => true)
        .insert(rows.map((row) => ({ ...row, by: row.by && plain(row.by) }))),
    )
    .runAsync();
  return made;
}

export async function draw(
  el: HTMLElement,
  spec: Record<string, unknown>,
  rows: SeriesRow[],
  signals: Signals,
): Promise<Chart> {
  const columns = "facet" in spec ? Number(spec.columns) : null;
  let drawn = rows;
  const result = await embed(el, { ...spec, datasets: undefined } as never, {
    actions: false,
    renderer: "svg",
    defaultStyle: false,
    tooltip: () => undefined,
    logLevel: 1,
    ...interpreted,
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
  if (columns !== null && fitWidth(el, view, columns)) await view.runAsync();
  const stopWidth = followWidth(el, view, columns, () => place());
  let hover: AbortController | null = null;
  let colours = signals;
  const saved = async (words: Words, take: (made: View) => Promise<string>): Promise<string> => {
    const widths = {
      width: el.clientWidth,
      ...(columns === null ? {} : { child_width: view.signal("child_width") as number }),
    };
    const times = new Set(drawn.map((row) => row.time_ms));
    const noted = columns === null ? words.noted.filter(({ time }) => times.has(time)) : [];
    const spec = withNotes(result.vgSpec, noted, view);
    const made = await standalone(spec, widths, drawn, colours, words);
    return take(made).finally(() => made.finalize());
  };
  return {
    async update(next) {
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
      fitWidth(el, view, columns);
      await view.runAsync();
      place();
    },
    onHover(report) {
      hover?.abort();
      hover = watchHover(() => ({ el, view, rows: drawn }), report);
    },
    onLayout(report) {
      place = () => {
        straighten(el);
        report(layoutOf({ el, view, rows: drawn }));
      };
      place();
    },
    lift(by) {
      // A plot of its own stands out by itself.
      if (columns !== null || view.signal("rw_lifted") === (by ?? "")) return;
      void view.signal("rw_lifted", by ?? "").runAsync();
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
