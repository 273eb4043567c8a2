// What the page draws over a Vega chart: where instants stand, the band of open intervals, the instant pointed at.
import type { View } from "vega";
import type { SeriesRow } from "../../wire/chart";
import type { Hover, OpenBand } from "./charts";

type Scale = (value: number) => number;

/** The instants of a series, in order. */
export const instantsOf = (rows: SeriesRow[]): number[] =>
  [...new Set(rows.map((row) => row.time_ms))].sort((a, b) => a - b);

interface Instant {
  time: number;
  /** In pixels of the chart's box. */
  x: number;
}

/** The upper left corner of the plot, in pixels of the chart's box. Vega pads the drawing, which its origin leaves out. */
function plotCorner(el: HTMLElement, view: View): [x: number, y: number] {
  const box = el.getBoundingClientRect();
  const drawing = el.querySelector("svg")?.getBoundingClientRect() ?? box;
  const [x, y] = view.origin();
  const { left, top } = view.padding() as { left: number; top: number };
  return [x + left + drawing.left - box.left, y + top + drawing.top - box.top];
}

function instantsIn(el: HTMLElement, view: View, times: number[]): Instant[] {
  let scale: Scale;
  try {
    scale = view.scale("x") as Scale;
  } catch {
    return [];
  }
  const [start] = plotCorner(el, view);
  return times.map((time) => ({ time, x: scale(time) + start }));
}

/** The band from the first open interval to the end of the plot. */
export function openBand(el: HTMLElement, view: View, rows: SeriesRow[]): OpenBand | null {
  const times = instantsOf(rows);
  const first = times.find((time) => rows.some((row) => row.open && row.time_ms === time));
  const last = times.at(-1);
  if (first === undefined || last === undefined) return null;
  // Half an interval earlier, so that one open interval at the end is seen too.
  const before = times[times.indexOf(first) - 1] ?? first;
  const [start, end] = instantsIn(el, view, [(before + first) / 2, last]);
  if (!start || !end) return null;
  const { clientWidth: wide, clientHeight: high } = el;
  // In parts of the box: a page printed narrower shrinks the drawing, and what lies on it.
  return {
    left: start.x / wide,
    top: plotCorner(el, view)[1] / high,
    width: Math.max(0, end.x - start.x) / wide,
    height: view.height() / high,
  };
}

function nearest(instants: Instant[], x: number): Instant | undefined {
  return instants.reduce<Instant | undefined>(
    (best, one) => (best && Math.abs(best.x - x) <= Math.abs(one.x - x) ? best : one),
    undefined,
  );
}

/** Report the instant under the pointer, or the one the arrow keys went to; null when neither. */
export function watchHover(
  el: HTMLElement,
  view: View,
  times: () => number[],
  report: Hover,
): AbortController {
  const life = new AbortController();
  const { signal } = life;
  let current: number | null = null;
  const show = (instant: Instant | undefined): void => {
    current = instant?.time ?? null;
    report(instant ?? null);
  };
  const hide = (): void => show(undefined);
  const move = (event: PointerEvent): void => {
    const x = event.clientX - el.getBoundingClientRect().left;
    show(nearest(instantsIn(el, view, times()), x));
  };
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const instants = instantsIn(el, view, times());
    if (event.key === "Escape" && current !== null) {
      // The next Escape goes back.
      event.stopPropagation();
      hide();
    }
    if (!step || instants.length === 0) return;
    event.preventDefault();
    const at = instants.findIndex(({ time }) => time === current);
    const next = at < 0 ? (step > 0 ? 0 : instants.length - 1) : at + step;
    show(instants[Math.min(instants.length - 1, Math.max(0, next))]);
  };
  el.addEventListener("pointermove", move, { signal });
  el.addEventListener("pointerleave", hide, { signal });
  // The focus is on the box around the drawing.
  const focused = el.parentElement ?? el;
  focused.addEventListener("keydown", key, { signal });
  focused.addEventListener("blur", hide, { signal });
  return life;
}
