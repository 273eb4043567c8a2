// Where things stand in a drawn chart, in pixels of its box: plots, lines, their names, the band of open intervals. The page
// draws over the chart by that, and finds out what is pointed at.
import type { View } from "vega";
import type { SeriesRow } from "../../wire/chart";
import type { Hover, Layout, LineName, Mark, Place } from "./charts";

type Scale = (value: number) => number;

interface Drawn {
  el: HTMLElement;
  view: View;
  rows: SeriesRow[];
}

/** A plot: of everything, or of one group. */
export interface Plot extends Place {
  by: string | null;
}

/** How near a line is pointed at, in pixels. */
const near = 24;
/** The height of a plot's own title. */
const titled = 18;

/** The instants of a series, in order. */
export const instantsOf = (rows: SeriesRow[]): number[] =>
  [...new Set(rows.map((row) => row.time_ms))].sort((a, b) => a - b);

function scaleOf(view: View, name: string): Scale | null {
  try {
    return view.scale(name) as Scale;
  } catch {
    return null;
  }
}

/** The group that an element of the drawing is of: Vega keeps the item that it draws. */
const groupOf = (node: Element): string | null => {
  const { datum } = (node as { __data__?: { datum?: { by?: unknown } } }).__data__ ?? {};
  return typeof datum?.by === "string" ? datum.by : null;
};

const placeOf = (node: Element, box: DOMRect): Place => {
  const { left, top, width, height } = node.getBoundingClientRect();
  return { left: left - box.left, top: top - box.top, width, height };
};

/** The plots. Vega pads the drawing, which the origin of a single one leaves out. */
export function plotsOf({ el, view }: Pick<Drawn, "el" | "view">): Plot[] {
  const box = el.getBoundingClientRect();
  const cells = [...el.querySelectorAll("svg .cell > g")];
  if (cells.length > 0)
    return cells.map((cell) => ({
      by: groupOf(cell),
      ...placeOf(cell.querySelector(".background") ?? cell, box),
    }));
  const drawing = el.querySelector("svg")?.getBoundingClientRect() ?? box;
  const [x, y] = view.origin();
  const { left, top } = view.padding() as { left: number; top: number };
  return [
    {
      by: null,
      left: x + left + drawing.left - box.left,
      top: y + top + drawing.top - box.top,
      width: view.width(),
      height: view.height(),
    },
  ];
}

/** The names of lines, or of plots, as they stand. */
function namesOf({ el }: Drawn, plots: Plot[]): LineName[] {
  const box = el.getBoundingClientRect();
  if (plots.some((plot) => plot.by !== null))
    return plots.map(({ by, left, top, width }) => ({
      by: by ?? "",
      left,
      top: top - titled,
      width,
      height: titled,
    }));
  return [...el.querySelectorAll("svg .mark-text.role-mark text")].flatMap((node) => {
    const by = groupOf(node);
    return by === null ? [] : [{ by, ...placeOf(node, box) }];
  });
}

/** From the first open interval to the end of each plot. */
function openBands({ view, rows }: Drawn, plots: Plot[]): Place[] {
  const times = instantsOf(rows);
  const first = times.find((time) => rows.some((row) => row.open && row.time_ms === time));
  const last = times.at(-1);
  const scale = scaleOf(view, "x");
  if (first === undefined || last === undefined || !scale) return [];
  // Half an interval earlier, so that one open interval at the end is seen too.
  const before = times[times.indexOf(first) - 1] ?? first;
  const [start, end] = [scale((before + first) / 2), scale(last)];
  return plots.map(({ left, top, height }) => ({
    left: left + start,
    top,
    width: Math.max(0, end - start),
    height,
  }));
}

/** The first and the last instant, and how far across a plot they are. */
function axisOf({ view, rows }: Drawn, [plot]: Plot[]): Layout["axis"] {
  const times = instantsOf(rows);
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  const scale = scaleOf(view, "x") ?? (() => 0);
  const wide = plot?.width || 1;
  return { first, last, from: scale(first) / wide, to: scale(last) / wide };
}

export function layoutOf(drawn: Drawn): Layout {
  const plots = plotsOf(drawn);
  const { clientWidth: wide, clientHeight: high } = drawn.el;
  // In parts of the box: a page printed narrower shrinks the drawing, and what lies on it.
  const part = <P extends Place>({ left, top, width, height, ...rest }: P) => ({
    ...rest,
    left: left / wide,
    top: top / high,
    width: width / wide,
    height: height / high,
  });
  return {
    wide,
    plots: plots.map(({ by: _, ...place }) => part(place)),
    axis: axisOf(drawn, plots),
    open: openBands(drawn, plots).map(part),
    names: namesOf(drawn, plots).map(part),
  };
}

/** An instant as it is marked in every plot; its place is that in the plot pointed at. */
function markAt({ view }: Drawn, plots: Plot[], time: number, plot: Plot): Mark {
  const scale = scaleOf(view, "x") ?? (() => 0);
  const x = scale(time);
  return {
    time,
    x: x + plot.left,
    by: plot.by,
    lines: plots.map(({ left, top, height }) => ({ x: left + x, top, height })),
  };
}

/** The plot under a point, else the nearest one. */
function plotAt(plots: Plot[], x: number, y: number): Plot | undefined {
  const away = ({ left, top, width, height }: Plot): number =>
    Math.max(left - x, 0, x - left - width) + Math.max(top - y, 0, y - top - height);
  return plots.reduce<Plot | undefined>(
    (best, one) => (best && away(best) <= away(one) ? best : one),
    undefined,
  );
}

const nearest = <T>(all: T[], distance: (one: T) => number): T | undefined =>
  all.reduce<T | undefined>(
    (best, one) => (best !== undefined && distance(best) <= distance(one) ? best : one),
    undefined,
  );

/** The group whose line passes near a point. */
function lineAt({ view, rows }: Drawn, plot: Plot, time: number, y: number): string | null {
  const scale = scaleOf(view, "y");
  if (!scale) return null;
  const away = (row: SeriesRow): number => Math.abs(scale(row.value ?? 0) + plot.top - y);
  const here = rows.filter((row) => row.time_ms === time && row.value !== null && row.by !== null);
  const found = nearest(here, away);
  return found && away(found) <= near ? found.by : null;
}

/** Groups at an instant, the largest first. */
export const byValue = (rows: SeriesRow[], time: number): SeriesRow[] =>
  rows
    .filter((row) => row.time_ms === time)
    .sort((a, b) => (b.value ?? Number.NEGATIVE_INFINITY) - (a.value ?? Number.NEGATIVE_INFINITY));

/**
 * Report the instant under the pointer and the line near it, or those that the arrow keys went to; null when neither. Left
 * and right go through the instants, up and down through the lines.
 */
export function watchHover(drawn: () => Drawn, report: Hover): AbortController {
  const life = new AbortController();
  const { signal } = life;
  const { el } = drawn();
  let current: Mark | null = null;
  const show = (mark: Mark | null): void => {
    current = mark;
    report(mark);
  };
  const hide = (): void => show(null);
  const move = (event: PointerEvent): void => {
    const now = drawn();
    const box = el.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const plots = plotsOf(now);
    const [plot, scale] = [plotAt(plots, x, y), scaleOf(now.view, "x")];
    if (!plot || !scale) return;
    const time = nearest(instantsOf(now.rows), (one) => Math.abs(scale(one) + plot.left - x));
    if (time === undefined) {
      hide();
      return;
    }
    const mark = markAt(now, plots, time, plot);
    show({ ...mark, by: plot.by ?? lineAt(now, plot, time, y) });
  };
  /** The instant that an arrow goes to. */
  const along = (step: number): void => {
    const now = drawn();
    const times = instantsOf(now.rows);
    const plots = plotsOf(now);
    const at = current ? times.indexOf(current.time) : -1;
    const next = at < 0 ? (step > 0 ? 0 : times.length - 1) : at + step;
    const time = times[Math.min(times.length - 1, Math.max(0, next))];
    const plot = plots.find(({ by }) => by !== null && by === current?.by) ?? plots[0];
    if (time === undefined || !plot) return;
    show({ ...markAt(now, plots, time, plot), by: current?.by ?? plot.by });
  };
  /** The line that an arrow goes to, at the instant that is marked. */
  const across = (step: number): void => {
    if (!current) along(-1);
    if (!current) return;
    const now = drawn();
    const groups = byValue(now.rows, current.time).map(({ by }) => by);
    const at = groups.indexOf(current.by);
    const next = groups[Math.min(groups.length - 1, Math.max(0, at + step))] ?? null;
    const plots = plotsOf(now);
    const plot = plots.find(({ by }) => by === next) ?? plots[0];
    if (plot) show({ ...markAt(now, plots, current.time, plot), by: next });
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && current !== null) {
      // The next Escape goes back.
      event.stopPropagation();
      hide();
    }
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const groups = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const hasGroups = drawn().rows.some((row) => row.by !== null);
    if (!step && !(groups && hasGroups)) return;
    event.preventDefault();
    if (step) along(step);
    else if (groups) across(groups);
  };
  el.addEventListener("pointermove", move, { signal });
  el.addEventListener("pointerdown", move, { signal });
  el.addEventListener("pointerleave", hide, { signal });
  // The focus is on the box around the drawing.
  const focused = el.parentElement ?? el;
  focused.addEventListener("keydown", key, { signal });
  focused.addEventListener("blur", hide, { signal });
  return life;
}
