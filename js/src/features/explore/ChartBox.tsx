// One chart: drawn when its spec changes, filled when its rows change, coloured when the theme changes.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { plural } from "../../ui/format";
import { painted } from "../../ui/painted";
import { useView } from "../../ui/view";
import type { ChartState, SeriesRow } from "../../wire/chart";
import type { GlossaryEntry } from "../../wire/glossary";
import {
  type Chart,
  chartSignals,
  columnsFor,
  inColumns,
  type Layout,
  loadCharts,
  type Mark,
} from "./charts";
import { LineNames, placed } from "./LineNames";
import { NoteFlags, NoteLines } from "./NoteMarks";
import { type Noted, texts } from "./notes";
import type { Picked } from "./PointUsers";
import { Readout } from "./Readout";
import { captionOf } from "./shown";
import type { Span } from "./zoom";

interface Props {
  chart: ChartState;
  rows: SeriesRow[];
  /** Whether these are some of the rows that the chart's words are of. */
  isPart: boolean;
  entry: GlossaryEntry;
  /** What is marked on its days. */
  noted: Noted[];
  /** Whether notes are shown; null where there are none. */
  noting: boolean | null;
  onNoting: (on: boolean) => void;
  busy: boolean;
  onFailure: () => void;
  /** A range was brushed: from the start of one interval to that of another. */
  onZoom?: (span: Span) => void;
  /** An instant was pressed: its users are asked for. */
  onPick?: (picked: Picked) => void;
  /** One line was chosen from several, or that was taken back. */
  onOnly?: (by: string) => void;
  /** Called with the drawn chart, to save it; null when it is gone. */
  onDrawn?: (chart: Chart | null) => void;
  /** Called with the words of the visible line, which are the earlier ones until another is drawn; null when it is gone. */
  onSaid?: (said: Said | null) => void;
}

/** What is said of a line. */
export interface Said {
  title: string;
  caption: string;
}

/** A drawing, and the element that it is in. */
interface Standing {
  made: Chart;
  el: HTMLElement;
}

/** A finger that moves less has pressed one instant. */
const slip = 16;

/** In place of the spec of a drawing that is no longer what is chosen. */
const old = "old";

const end = ({ made, el }: Standing): void => {
  made.finalize();
  el.remove();
};

/**
 * The life of the drawn chart, apart from what is drawn around it. One that another replaces stays until that is drawn, so that
 * the box is never empty; `isOld` says that it is this one that is seen.
 */
function useChart(
  { chart, rows, busy, onFailure, onDrawn }: Props,
  setAt: (at: Mark | null) => void,
  setLayout: (layout: Layout) => void,
  columns: number,
) {
  const view = useView();
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Chart | null>(null);
  const standing = useRef<Standing | null>(null);
  const [seen, setSeen] = useState("");
  const latest = useRef(rows);
  latest.current = rows;
  // A new view does not draw the line of the choice before: the one it waits for is on its way.
  const ready = useRef(!busy);
  ready.current ||= !busy;
  const spec = ready.current ? JSON.stringify(inColumns(chart.spec, columns)) : "{}";
  // A saved page has the code itself, a notebook's widget knows who carries it.
  const text = (view.store.get("_chart_esm") as string | undefined) ?? "";
  const { code } = view;
  // A theme may bring another font, which is part of the drawing.
  const font = getComputedStyle(view.root).fontFamily;
  const filled = useRef<SeriesRow[] | null>(null);
  const printed = useRef(view.paper === "printed").current;
  // A browser prints what it finds: it waits for no frame, nor for a module.
  const useDrawing = printed ? useLayoutEffect : useEffect;

  useDrawing(() => {
    if (!box.current || (text === "" && !code) || spec === "{}") return;
    let current = true;
    const el = document.createElement("div");
    el.className = `rw-chart-svg rw-chart-next${printed ? " rw-chart-sheet" : ""}`;
    const start = async (): Promise<void> => {
      const load = async () =>
        loadCharts(text === "" && code ? await code("chart") : { key: text, text });
      const [{ draw }] = await Promise.all([load(), printed || painted()]);
      if (!current || !box.current) return;
      box.current.append(el);
      let given = latest.current;
      const made = await draw(
        el,
        JSON.parse(spec) as Record<string, unknown>,
        given,
        chartSignals(view.root, chart.key.metric),
      );
      while (current && latest.current !== given) {
        given = latest.current;
        await made.update(given);
      }
      if (!current) {
        made.finalize();
        return;
      }
      if (standing.current) end(standing.current);
      standing.current = { made, el };
      el.classList.remove("rw-chart-next");
      drawn.current = made;
      filled.current = given;
      setSeen(spec);
      made.onHover(setAt);
      made.onLayout(setLayout);
      onDrawn?.(made);
    };
    start().catch((error: unknown) => {
      console.error("results-widgets: the chart could not be drawn", error);
      if (current) onFailure();
    });
    return () => {
      current = false;
      setAt(null);
      onDrawn?.(null);
      // What it was drawn from is no longer what is chosen: it stands still.
      drawn.current?.onHover(() => undefined);
      drawn.current = null;
      if (standing.current) setSeen(old);
      if (standing.current?.el !== el) el.remove();
    };
  }, [spec, text, code, font]);

  useEffect(() => () => void (standing.current && end(standing.current)), []);

  const isOld = seen !== "" && seen !== spec;
  // Before the next frame: the words around it are of these rows already.
  useLayoutEffect(() => {
    if (isOld || !drawn.current || filled.current === rows) return;
    filled.current = rows;
    void drawn.current.update(rows);
  }, [rows]);

  useLayoutEffect(() => {
    if (!isOld) void drawn.current?.restyle(chartSignals(view.root, chart.key.metric));
  }, [view.theme, chart.key.metric]);

  return { box, drawn, isOld };
}

const nowhere: Layout = {
  wide: 0,
  plots: [],
  axis: { first: 0, last: 0, from: 0, to: 0 },
  open: [],
  names: [],
};

export function ChartBox(props: Props): JSX.Element {
  const { busy, onOnly, onSaid } = props;
  const [at, setAt] = useState<Mark | null>(null);
  const [layout, setLayout] = useState<Layout>(nowhere);
  const [from, setFrom] = useState<Mark | null>(null);
  const latest = useRef<Mark | null>(null);
  const columns = columnsFor(layout.wide || 900);
  const pointAt = (now: Mark | null): void => {
    latest.current = now;
    setAt(now);
    drawn.current?.lift(now?.by ?? null);
  };
  const { box, drawn, isOld } = useChart(props, pointAt, setLayout, columns);
  // What is said of a line is of the one that is seen.
  const said = useRef(props);
  if (!isOld) said.current = props;
  const { chart, rows, entry, noted } = said.current;
  const { title } = chart;
  const caption = captionOf(chart, entry, said.current.isPart ? rows : null);
  useLayoutEffect(() => onSaid?.({ title, caption }), [title, caption]);
  useLayoutEffect(() => () => onSaid?.(null), []);
  const pick = ({ time, by }: Mark): void => props.onPick?.({ first: time, last: time, by });
  const finish = (least = 0): void => {
    const to = latest.current;
    setFrom(null);
    if (!from || !to) return;
    if (to.time === from.time || Math.abs(to.x - from.x) < least) pick(from);
    else props.onZoom?.([Math.min(from.time, to.time), Math.max(from.time, to.time)]);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && from) {
      event.stopPropagation();
      setFrom(null);
    }
    if (event.shiftKey && /^Arrow(Left|Right)$/.test(event.key) && !from) setFrom(latest.current);
    const group = latest.current?.by;
    if (event.key === " " && group) {
      event.preventDefault();
      onOnly?.(group);
    }
    if (event.key !== "Enter" || !latest.current) return;
    event.preventDefault();
    if (from) finish();
    else pick(latest.current);
  };
  const [left, width] = from && at ? [Math.min(from.x, at.x), Math.abs(from.x - at.x)] : [0, 0];
  const lines = rows.some((row) => row.by !== null)
    ? " up and down between lines, Space shows one line alone,"
    : "";
  const label = `${chart.title}. ${plural(rows.length, "point")}; arrow keys move between them,${lines} Enter shows the users of one, Shift with arrows, then Enter zooms. The table lists them all.`;
  return (
    <>
      {props.noting !== null && (
        <NoteFlags noted={noted} layout={layout} on={props.noting} setOn={props.onNoting} />
      )}
      <div class="rw-chart" aria-busy={busy || isOld} data-testid="explore-chart">
        <div
          class="rw-chart-box"
          ref={box}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read the points of the chart.
          tabIndex={0}
          role="application"
          aria-roledescription="chart"
          aria-label={label}
          onKeyDown={press}
          onPointerDown={({ button }) => button === 0 && setFrom(latest.current)}
          onPointerUp={({ pointerType }) => from && finish(pointerType === "touch" ? slip : 0)}
          // So ends a finger that scrolls, too.
          onPointerLeave={() => setFrom(null)}
        />
        {from && <span class="rw-brush" style={{ left: `${left}px`, width: `${width}px` }} />}
        {layout.open.map((place) => (
          <span
            key={`${place.left} ${place.top}`}
            class="rw-open"
            aria-hidden="true"
            style={placed(place)}
          />
        ))}
        <NoteLines noted={noted} layout={layout} />
        <LineNames layout={layout} lift={(by) => drawn.current?.lift(by)} onOnly={onOnly} />
        {at && (
          <Readout
            at={at}
            rows={rows}
            entry={entry}
            notes={texts(noted.find(({ time }) => time === at.time))}
            width={box.current?.clientWidth ?? 0}
          />
        )}
      </div>
    </>
  );
}
