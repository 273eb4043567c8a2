import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Chart } from "../lib/charts";
import { useReveal } from "../lib/reveal";
import { fileName, saveFile } from "../lib/save";
import { isoDay } from "../lib/time";
import { rangeKey, within, zoomSpec, type Span } from "../lib/zoom";
import { answersFor, useSnapshot, useView, type Snapshot } from "../lib/model";
import { ChartBox } from "./ChartBox";
import { CopyButton, Select, Toggle, everyChoices } from "./Controls";
import { DataTable, csv } from "./DataTable";
import type { SeriesRow } from "../lib/frame";
import type { GlossaryEntry, Scope } from "../lib/wire";
import { channelOf, entryOf } from "./Metric";
import { MetricPicker } from "./MetricPicker";
import { RangeMenu } from "./RangeMenu";
import { UsersButton, needsKernel } from "./Segments";

const chosenScope = ({
  action,
  channel,
}: {
  action: string | null;
  channel: string | null;
}): [Scope, string] =>
  action !== null ? ["action", action] : channel !== null ? ["channel", channel] : ["campaign", ""];

/** What the selection names, in words: shown while the kernel has not sent the chart's own title. */
export function selectedTitle(snapshot: Snapshot): string {
  const { selection, campaign } = snapshot;
  const label = entryOf(
    snapshot,
    selection.metric,
    channelOf(snapshot, ...chosenScope(selection)),
  ).label;
  const action = campaign.actions.find((one) => one.id === selection.action);
  const channel = campaign.channels.find((one) => one.id === selection.channel);
  const where = action ? ` · ${action.name}` : channel ? ` · ${channel.label}` : "";
  return label + where;
}

/** How the line is drawn. */
function Switches(): JSX.Element {
  const { store } = useView();
  const { selection, standalone } = useSnapshot();
  const why = standalone ? needsKernel : undefined;
  return (
    <span class="rw-switches">
      <Toggle
        label="Cumulative"
        on={selection.cumulative}
        disabled={standalone}
        title={why}
        onChange={(cumulative) => store.select({ cumulative })}
      />
      <Toggle
        label="Compare"
        on={selection.compare}
        disabled={standalone}
        title={why ?? "With the period before, of the same length"}
        onChange={(compare) => store.select({ compare })}
      />
    </span>
  );
}

/** What is drawn: which days, in which steps, in how many lines. */
function Choices(): JSX.Element {
  const { store } = useView();
  const { selection, options, standalone: locked } = useSnapshot();
  const by = [
    { value: "", label: "No breakdown" },
    ...options.by.map((column) => ({ value: column, label: `By ${column}` })),
  ];
  return (
    <div class="rw-choices" title={locked ? needsKernel : undefined}>
      <RangeMenu locked={locked} />
      <Select
        label="Interval"
        value={selection.every}
        choices={everyChoices(options.every)}
        disabled={locked}
        testid="every"
        onChange={(every) => store.select({ every })}
      />
      <Select
        label="Break down by"
        value={selection.by ?? ""}
        choices={by}
        disabled={locked}
        closed={options.closed?.by}
        testid="by"
        onChange={(column) => store.select({ by: column || null })}
      />
    </div>
  );
}

interface FootProps {
  table: boolean;
  setTable: (on: boolean) => void;
  drawn: { current: Chart | null };
}

/** What stands under the chart: its intervals and zone, what its marks mean, how far off its numbers may be. */
function caption({ chart }: Snapshot, { approximate }: GlossaryEntry): string {
  const plain = chart.caption || (chart.zone_label && `Times in ${chart.zone_label}`);
  return [plain, approximate && `≈: ${approximate.within}`].filter(Boolean).join(" · ");
}

/** The chart as a file, in the colours it has now. */
function SaveButtons({ drawn }: { drawn: { current: Chart | null } }): JSX.Element {
  const { root } = useView();
  const snapshot = useSnapshot();
  const { chart } = snapshot;
  const words = { title: chart.title, caption: caption(snapshot, useEntry()) };
  const svg = async (): Promise<void> => {
    const text = await drawn.current?.toSVG(words);
    if (text)
      saveFile(`${fileName(chart.title)}.svg`, new Blob([text], { type: "image/svg+xml" }), root);
  };
  const png = async (): Promise<void> => {
    const url = await drawn.current?.toPNG(words);
    if (url) saveFile(`${fileName(chart.title)}.png`, url, root);
  };
  return (
    <>
      <button
        type="button"
        class="rw-button rw-quiet"
        aria-label="Save the chart as PNG"
        onClick={() => void png()}
      >
        PNG
      </button>
      <button
        type="button"
        class="rw-button rw-quiet"
        aria-label="Save the chart as SVG"
        onClick={() => void svg()}
      >
        SVG
      </button>
    </>
  );
}

/** The users behind the number that is drawn; those of its numerator behind a ratio, those who converted behind a time. */
function UsersBehind(): JSX.Element | null {
  const snapshot = useSnapshot();
  const { metric, action, channel } = snapshot.selection;
  const scope = chosenScope(snapshot.selection);
  const entry = entryOf(snapshot, metric, channelOf(snapshot, ...scope));
  const timed = entry.unit === "seconds" || entry.unit === "duration";
  const behind = timed ? "conversions" : (entry.numerator ?? metric);
  if (!snapshot.metrics.has(...scope, behind)) return null;
  const title =
    behind === metric
      ? undefined
      : `Users behind “${entryOf(snapshot, behind, channelOf(snapshot, ...scope)).label}”`;
  return (
    <UsersButton
      class="rw-button rw-quiet"
      question={{ of: "metric", metric: behind, action, channel }}
      title={title}
      testid="users-behind"
    >
      Users behind it
    </UsersButton>
  );
}

interface ZoomedProps {
  rows: SeriesRow[];
  onBack: () => void;
}

function Zoomed({ rows, onBack }: ZoomedProps): JSX.Element {
  const { store } = useView();
  const { status, standalone } = useSnapshot();
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (!first || !last) return <></>;
  const take = (): void => {
    onBack();
    store.select({
      range: "custom",
      start: isoDay(first.time_ms, status.zone),
      end: isoDay(last.time_ms, status.zone),
    });
  };
  return (
    <div class="rw-zoomed" role="status">
      <span class="rw-muted">
        Zoomed: {first.start} to {last.start}
      </span>
      <button type="button" class="rw-button rw-quiet" onClick={onBack}>
        Show all
      </button>
      <button type="button" class="rw-button rw-quiet" disabled={standalone} onClick={take}>
        Use as date range
      </button>
    </div>
  );
}

function ExploreFoot({ table, setTable, drawn }: FootProps): JSX.Element {
  const snapshot = useSnapshot();
  const { series, selection, status } = snapshot;
  const entry = useEntry();
  const data = {
    rows: series,
    entry,
    label: entry.label,
    by: selection.by,
    compare: selection.compare,
  };
  return (
    <div class="rw-explore-foot">
      <p class="rw-caption" data-testid="explore-caption">
        {caption(snapshot, entry)}
      </p>
      <div class="rw-explore-tools">
        <button
          type="button"
          class="rw-button rw-quiet"
          aria-expanded={table}
          onClick={() => setTable(!table)}
        >
          {table ? "Hide table" : "Show table"}
        </button>
        <CopyButton label="Copy as CSV" text={() => csv(data)}>
          CSV
        </CopyButton>
        <SaveButtons drawn={drawn} />
        <UsersBehind />
        {status.code && (
          <CopyButton label={`Copy Python: ${status.code}`} text={() => status.code}>
            Python
          </CopyButton>
        )}
      </div>
    </div>
  );
}

/** The glossary's row of what is drawn. */
function useEntry(): GlossaryEntry {
  const snapshot = useSnapshot();
  const drawn = snapshot.chart.key.metric ? snapshot.chart.key : snapshot.selection;
  return entryOf(snapshot, drawn.metric, channelOf(snapshot, ...chosenScope(drawn)));
}

/** One metric over time: its chart, its words, its table. */
export function Explore({ level = 3 }: { level?: 3 | 4 }): JSX.Element {
  const snapshot = useSnapshot();
  const { chart, series, selection, status, silent, standalone } = snapshot;
  const [table, setTable] = useState(false);
  const [failed, setFailed] = useState(false);
  const [zoom, setZoom] = useState<Span | null>(null);
  const drawn = useRef<Chart | null>(null);
  // The part zoomed into stays while its days do, also through new data and other metrics.
  const period = rangeKey(selection, status.zone);
  useEffect(() => setZoom(null), [period]);
  const panel = useRef<HTMLElement>(null);
  useReveal(panel, JSON.stringify([selection.metric, selection.action, selection.channel]));
  const part = within(series, zoom);
  const zoomed = zoom !== null && part.length > 0;
  const rows = zoomed ? part : series;
  const entry = useEntry();
  const matches = answersFor(chart.key, selection);
  const Heading = `h${level}` as "h3" | "h4";
  const missing = matches
    ? chart.missing
    : standalone || silent
      ? "This line was not saved with the page. It needs the notebook’s kernel."
      : undefined;
  return (
    <section class="rw-panel rw-explore" aria-label="Explore" ref={panel}>
      <header>
        <div class="rw-explore-top">
          <Heading class="rw-explore-title">
            <MetricPicker title={matches && chart.title ? chart.title : selectedTitle(snapshot)} />
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
          {series.length === 0 ? (
            <p class="rw-note rw-chart-empty">
              {status.state === "computing" || !matches ? "" : "Nothing happened in this range."}
            </p>
          ) : failed ? (
            <p class="rw-note">
              The chart cannot be drawn on this page; the table holds its numbers.
            </p>
          ) : (
            <ChartBox
              chart={
                zoomed ? { ...chart, spec: zoomSpec(chart.spec, rows, chart.key.every) } : chart
              }
              rows={rows}
              entry={entry}
              busy={!matches}
              onFailure={() => setFailed(true)}
              onZoom={setZoom}
              onDrawn={(made) => (drawn.current = made)}
            />
          )}
          {zoomed && <Zoomed rows={rows} onBack={() => setZoom(null)} />}
          <ExploreFoot table={table || failed} setTable={setTable} drawn={drawn} />
          {(table || failed) && (
            <DataTable
              rows={rows}
              entry={entry}
              label={entry.label}
              by={chart.key.by}
              compare={chart.key.compare}
            />
          )}
        </>
      )}
    </section>
  );
}
