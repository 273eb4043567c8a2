import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { emptyWords } from "../../ui/Banners";
import { useKept } from "../../ui/kept";
import { usePaper } from "../../ui/paper";
import { useReveal } from "../../ui/reveal";
import { useSnapshot } from "../../ui/view";
import { answersFor, type SeriesRow } from "../../wire/chart";
import { ChartBox, type Said } from "./ChartBox";
import { asOne, type Chart, chartsLoaded } from "./charts";
import { DataTable } from "./DataTable";
import { Choices, Switches } from "./ExploreControls";
import { ExploreFooter } from "./ExploreFooter";
import { MetricPicker } from "./MetricPicker";
import { notedIntervals } from "./notes";
import { PivotTable } from "./PivotTable";
import { type Picked, PointUsers } from "./PointUsers";
import { selectedTitle, useEntry } from "./shown";
import { Alone, Zoomed } from "./Zoomed";
import { rangeKey, type Span, within, zoomSpec } from "./zoom";

/** All the intervals of some rows. */
const ends = (rows: SeriesRow[], by: string | null): Picked => {
  const times = rows.map((row) => row.time_ms);
  return { first: Math.min(...times), last: Math.max(...times), by };
};

/** In place of a line that is not there yet. */
const skeleton = <span class="rw-skeleton" aria-hidden="true" />;

/** One metric over time: its chart, its words, its table. */
export function Explore({ level = 3 }: { level?: 3 | 4 }): JSX.Element {
  const snapshot = useSnapshot();
  const { chart, series, selection, options, status, notes, fixed, waiting } = snapshot;
  const paper = usePaper();
  // An action's chart is of that action alone.
  const of = level === 4 && selection.action;
  const [noting, setNoting] = useKept(`noting${level}`, true, of);
  const [table, setTable] = useKept(`table${level}`, false, of);
  const [failed, setFailed] = useState(false);
  // The part zoomed into stays while its days do, also through new data and other metrics.
  const period = of + rangeKey(selection, status.zone);
  const [zoom, setZoom] = useKept<Span | null>(`zoom${level}`, null, period);
  const [only, setOnly] = useKept<string | null>(`only${level}`, null, `${of} ${chart.key.by}`);
  // What was picked is of the line that was drawn.
  const line = JSON.stringify([period, chart.key, only]);
  const [picked, setPicked] = useKept<Picked | null>(`picked${level}`, null, line);
  const [said, setSaid] = useState<Said | null>(null);
  const drawn = useRef<Chart | null>(null);
  const panel = useRef<HTMLElement>(null);
  useReveal(panel, JSON.stringify([selection.metric, selection.action, selection.channel]));
  const part = within(series, zoom);
  const zoomed = zoom !== null && part.length > 0;
  const all = zoomed ? part : series;
  const own = only === null ? all : all.filter((row) => row.by === only);
  const alone = only !== null && own.length > 0;
  const rows = alone ? own : all;
  const whole = alone ? asOne(chart.spec) : chart.spec;
  const entry = useEntry();
  const allNoted = notedIntervals(notes, rows, chart.every, status.zone);
  const noted = noting ? allNoted : [];
  // What a sheet of paper has no time to draw stands in its table.
  const inTable = failed || (paper === "printed" && !chartsLoaded());
  const matches = answersFor(chart.key, selection);
  const Heading = `h${level}` as "h3" | "h4";
  const missing = matches
    ? chart.missing
    : fixed
      ? "This chart was not saved with the page: it needs the notebook’s kernel."
      : undefined;
  // An old line keeps its title until the new one is there.
  const titled = chart.title && (matches || (missing === undefined && series.length > 0));
  return (
    <section class="rw-panel rw-explore" aria-label="Explore" ref={panel}>
      <header>
        <div class="rw-explore-top">
          <Heading class="rw-explore-title">
            <MetricPicker title={titled ? (said?.title ?? chart.title) : selectedTitle(snapshot)} />
          </Heading>
          <Switches />
        </div>
        <Choices />
      </header>
      {missing ? (
        <p class="rw-note" data-testid="explore-missing">
          {missing}
        </p>
      ) : (
        <>
          {series.length === 0 || status.state === "empty" ? (
            <p class="rw-note rw-chart-empty" data-testid="explore-empty">
              {status.state === "computing" || !matches || waiting
                ? skeleton
                : status.state === "empty"
                  ? emptyWords(snapshot)
                  : "No data in this range."}
            </p>
          ) : inTable ? (
            failed && (
              <p class="rw-note">
                The chart cannot be drawn on this page; the table holds its numbers.
              </p>
            )
          ) : (
            <ChartBox
              key={paper}
              chart={{
                ...chart,
                spec: zoomed ? zoomSpec(whole, rows, chart.every, status.zone) : whole,
              }}
              rows={rows}
              isPart={zoomed || alone}
              entry={entry}
              noted={noted}
              noting={allNoted.length > 0 ? noting : null}
              onNoting={setNoting}
              busy={!matches || waiting}
              onFailure={() => setFailed(true)}
              onZoom={setZoom}
              onPick={(one) => setPicked({ ...one, by: one.by ?? (alone ? only : null) })}
              onOnly={(by) => setOnly(alone ? null : by)}
              onDrawn={(made) => {
                drawn.current = made;
              }}
              onSaid={setSaid}
            />
          )}
          {alone && <Alone group={only ?? ""} onBack={() => setOnly(null)} />}
          {zoomed && (
            <Zoomed
              rows={rows}
              onBack={() => setZoom(null)}
              onUsers={() => setPicked(ends(rows, only))}
            />
          )}
          {picked && !paper && (
            <PointUsers picked={picked} rows={series} onClose={() => setPicked(null)} />
          )}
          {status.state !== "empty" && (
            <ExploreFooter
              table={table || inTable}
              setTable={setTable}
              drawn={drawn}
              said={said}
              noted={noting ? notedIntervals(notes, series, chart.every, status.zone) : []}
            />
          )}
          {(table || inTable) &&
            (chart.key.by === null ? (
              <DataTable
                rows={rows}
                entry={entry}
                label={entry.label}
                compare={chart.key.compare}
                campaign={options.compare}
                noted={noted}
              />
            ) : (
              <PivotTable
                rows={rows}
                entry={entry}
                label={entry.label}
                by={chart.key.by}
                compare={chart.key.compare}
                campaign={options.compare}
                isPart={zoomed}
                noted={noted}
              />
            ))}
        </>
      )}
    </section>
  );
}
