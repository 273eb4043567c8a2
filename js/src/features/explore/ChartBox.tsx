// One chart: drawn when its spec changes, filled when its rows change, coloured when the theme changes.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { exact, exactValue, interval, isOfFew } from "../../ui/format";
import { painted } from "../../ui/painted";
import { useView } from "../../ui/view";
import type { ChartState, SeriesRow } from "../../wire/chart";
import type { GlossaryEntry } from "../../wire/glossary";
import { type Chart, chartSignals, loadCharts, type OpenBand } from "./charts";
import { forecast } from "./table";
import type { Span } from "./zoom";

interface Props {
  chart: ChartState;
  rows: SeriesRow[];
  entry: GlossaryEntry;
  busy: boolean;
  onFailure: () => void;
  /** A range was brushed: from the start of one interval to that of another. */
  onZoom?: (span: Span) => void;
  /** Told of the drawn chart, to save it; null when it is gone. */
  onDrawn?: (chart: Chart | null) => void;
}

interface At {
  time: number;
  x: number;
}

/** What an open interval may become, where that is known. */
const become = (rows: SeriesRow[]): string => {
  const [only, ...others] = rows;
  const range = only && others.length === 0 ? forecast(only) : null;
  return range ? `: may become ${range}` : "";
};

function Readout({
  at,
  rows,
  entry,
  width,
}: {
  at: At;
  rows: SeriesRow[];
  entry: GlossaryEntry;
  width: number;
}): JSX.Element | null {
  const here = rows.filter((row) => row.time_ms === at.time);
  const [first] = here;
  if (!first) return null;
  // In the order in which the drawing gives them their colours.
  const groups = [...new Set(rows.map((row) => row.by))].sort();
  const side = at.x > width / 2 ? { right: `${width - at.x + 10}px` } : { left: `${at.x + 10}px` };
  return (
    <>
      <span class="rw-crosshair" style={{ left: `${at.x}px` }} />
      <div class="rw-readout" style={side} role="status" data-testid="readout">
        <span class="rw-muted">{first.start}</span>
        {here.slice(0, 12).map((row) => (
          <span key={row.by}>
            {row.by !== null && (
              <>
                <i style={{ background: `var(--rw-group-${groups.indexOf(row.by) + 1})` }} />
                <span class="rw-muted">
                  <bdi>{row.by}</bdi>{" "}
                </span>
              </>
            )}
            <b class={isOfFew(row.base, entry) ? "rw-few" : undefined}>
              {exactValue(row.value, entry)}
            </b>
            {row.low !== null && <span class="rw-muted"> {interval(row)}</span>}
            {row.base !== null && (
              <span class="rw-muted">
                {" "}
                of {isOfFew(row.base, entry) && "only "}
                {exact(row.base)}
              </span>
            )}
            {row.previous !== null && (
              <span class="rw-muted"> · before {exactValue(row.previous, entry)}</span>
            )}
          </span>
        ))}
        {here.some((row) => row.value) && entry.approximate && (
          <span class="rw-muted">{entry.approximate.within}</span>
        )}
        {here.some((row) => row.open) && (
          <span class="rw-muted">conversion windows still open{become(here)}</span>
        )}
      </div>
    </>
  );
}

/** The life of the drawn chart, apart from what is drawn around it. */
function useChart(
  { chart, rows, busy, onFailure, onDrawn }: Props,
  setAt: (at: At | null) => void,
  setOpen: (open: OpenBand | null) => void,
) {
  const view = useView();
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Chart | null>(null);
  const latest = useRef(rows);
  latest.current = rows;
  // A new view does not draw the line of the choice before: the one it waits for is on its way.
  const ready = useRef(!busy);
  ready.current ||= !busy;
  const spec = ready.current ? JSON.stringify(chart.spec) : "{}";
  // A saved page has the code itself, a notebook's widget knows who carries it.
  const text = (view.store.get("_chart_esm") as string | undefined) ?? "";
  const { code } = view;
  // A theme may bring another font, which is part of the drawing.
  const font = getComputedStyle(view.root).fontFamily;
  const filled = useRef<SeriesRow[] | null>(null);

  useEffect(() => {
    if (!box.current || (text === "" && !code) || spec === "{}") return;
    let current = true;
    const el = document.createElement("div");
    el.className = "rw-chart-svg";
    const start = async (): Promise<void> => {
      const load = async () =>
        loadCharts(text === "" && code ? await code("chart") : { key: text, text });
      const [{ draw }] = await Promise.all([load(), painted()]);
      if (!current || !box.current) return;
      box.current.append(el);
      const shown = latest.current;
      const made = await draw(
        el,
        JSON.parse(spec) as Record<string, unknown>,
        shown,
        chartSignals(view.root, chart.key.metric),
      );
      if (!current) {
        made.finalize();
        return;
      }
      drawn.current = made;
      filled.current = shown;
      made.onHover(setAt);
      made.onLayout(setOpen);
      onDrawn?.(made);
      if (latest.current === shown) return;
      filled.current = latest.current;
      await made.update(latest.current);
    };
    start().catch((error: unknown) => {
      console.error("results-widgets: the chart could not be drawn", error);
      if (current) onFailure();
    });
    return () => {
      current = false;
      setAt(null);
      onDrawn?.(null);
      drawn.current?.finalize();
      drawn.current = null;
      el.remove();
    };
  }, [spec, text, code, font]);

  useEffect(() => {
    if (!drawn.current || filled.current === rows) return;
    filled.current = rows;
    void drawn.current.update(rows);
  }, [rows]);

  useEffect(() => {
    void drawn.current?.restyle(chartSignals(view.root, chart.key.metric));
  }, [view.theme, chart.key.metric]);

  return box;
}

const part = (share: number): string => `${(share * 100).toFixed(2)}%`;

export function ChartBox(props: Props): JSX.Element {
  const { chart, rows, entry, busy } = props;
  const [at, setAt] = useState<At | null>(null);
  const [open, setOpen] = useState<OpenBand | null>(null);
  const [from, setFrom] = useState<At | null>(null);
  const latest = useRef<At | null>(null);
  const pointAt = (now: At | null): void => {
    latest.current = now;
    setAt(now);
  };
  const box = useChart(props, pointAt, setOpen);
  const finish = (): void => {
    const to = latest.current;
    setFrom(null);
    if (from && to && from.time !== to.time)
      props.onZoom?.([Math.min(from.time, to.time), Math.max(from.time, to.time)]);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && from) {
      event.stopPropagation();
      setFrom(null);
    }
    if (event.key !== "Enter" || !latest.current) return;
    event.preventDefault();
    if (from) finish();
    else setFrom(latest.current);
  };
  const [left, width] = from && at ? [Math.min(from.x, at.x), Math.abs(from.x - at.x)] : [0, 0];
  const label = `${chart.title}. ${rows.length} points; arrow keys move between them, Enter marks the start and the end of a range to zoom into. The table below lists them all.`;
  return (
    <div class="rw-chart" aria-busy={busy} data-testid="explore-chart">
      <div
        class="rw-chart-box"
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read the points of the chart.
        tabIndex={0}
        role="application"
        aria-roledescription="chart"
        aria-label={label}
        onKeyDown={press}
        onPointerDown={(event) => {
          if (event.button === 0 && event.pointerType !== "touch") setFrom(latest.current);
        }}
        onPointerUp={() => from && finish()}
        onPointerLeave={() => setFrom(null)}
      />
      {from && <span class="rw-brush" style={{ left: `${left}px`, width: `${width}px` }} />}
      {open && (
        <span
          class="rw-open"
          aria-hidden="true"
          style={{
            left: part(open.left),
            top: part(open.top),
            width: part(open.width),
            height: part(open.height),
          }}
        />
      )}
      {at && <Readout at={at} rows={rows} entry={entry} width={box.current?.clientWidth ?? 0} />}
    </div>
  );
}
