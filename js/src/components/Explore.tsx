import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { answersFor, useSnapshot, useView, type Snapshot } from "../lib/model";
import { ChartBox } from "./ChartBox";
import { CopyButton, Select, Toggle, everyChoices } from "./Controls";
import { DataTable, csv } from "./DataTable";
import type { Scope } from "../lib/wire";
import { channelOf, entryOf } from "./Metric";
import { RangeMenu } from "./RangeMenu";

const chosenScope = ({ action, channel }: { action: string | null; channel: string | null }): [Scope, string] =>
  action !== null ? ["action", action] : channel !== null ? ["channel", channel] : ["campaign", ""];

/** What the selection names, in words: shown while the kernel has not sent the chart's own title. */
export function selectedTitle(snapshot: Snapshot): string {
  const { selection, campaign } = snapshot;
  const label = entryOf(snapshot, selection.metric, channelOf(snapshot, ...chosenScope(selection))).label;
  const action = campaign.actions.find((one) => one.id === selection.action);
  const channel = campaign.channels.find((one) => one.id === selection.channel);
  const where = action ? ` · ${action.name}` : channel ? ` · ${channel.label}` : "";
  return label + where;
}

function Choices(): JSX.Element {
  const { store } = useView();
  const { selection, options, standalone } = useSnapshot();
  const locked = standalone;
  const why = locked ? "Needs the notebook's kernel" : undefined;
  const by = [{ value: "", label: "No breakdown" }, ...options.by.map((column) => ({ value: column, label: `By ${column}` }))];
  return (
    <div class="rw-choices" title={why}>
      <RangeMenu locked={locked} />
      <Select label="Interval" value={selection.every} choices={everyChoices(options.every)} disabled={locked} testid="every"
        onChange={(every) => store.select({ every })} />
      <Select label="Break down by" value={selection.by ?? ""} choices={by} disabled={locked} testid="by"
        onChange={(column) => store.select({ by: column || null })} />
      <Toggle label="Cumulative" on={selection.cumulative} disabled={locked} onChange={(cumulative) => store.select({ cumulative })} />
      <Toggle label="Compare" on={selection.compare} disabled={locked} title={why ?? "With the period before, of the same length"}
        onChange={(compare) => store.select({ compare })} />
    </div>
  );
}

function ExploreFoot({ table, setTable }: { table: boolean; setTable: (on: boolean) => void }): JSX.Element {
  const { chart, series, selection, status } = useSnapshot();
  const label = useLabel();
  const data = { rows: series, label, by: selection.by, compare: selection.compare };
  return (
    <div class="rw-explore-foot">
      <p class="rw-caption" data-testid="explore-caption">{chart.caption || (chart.zone_label && `Times in ${chart.zone_label}`)}</p>
      <div class="rw-explore-tools">
        <button type="button" class="rw-button rw-quiet" aria-expanded={table} onClick={() => setTable(!table)}>{table ? "Hide table" : "Show table"}</button>
        <CopyButton label="Copy as CSV" text={() => csv(data)}>Copy as CSV</CopyButton>
        {status.code && <CopyButton label={`Copy Python: ${status.code}`} text={() => status.code}>Copy Python</CopyButton>}
      </div>
    </div>
  );
}

function useLabel(): string {
  const snapshot = useSnapshot();
  const drawn = snapshot.chart.key.metric ? snapshot.chart.key : snapshot.selection;
  return entryOf(snapshot, drawn.metric, channelOf(snapshot, ...chosenScope(drawn))).label;
}

/** One metric over time: its chart, its words, its table. */
export function Explore({ level = 3 }: { level?: 3 | 4 }): JSX.Element {
  const snapshot = useSnapshot();
  const { chart, series, selection, status, silent, standalone } = snapshot;
  const [table, setTable] = useState(false);
  const [failed, setFailed] = useState(false);
  const label = useLabel();
  const matches = answersFor(chart.key, selection);
  const Heading = `h${level}` as "h3" | "h4";
  const unit = entryOf(snapshot, chart.key.metric).unit;
  const missing = !matches && (standalone || silent);
  return (
    <section class="rw-panel rw-explore" aria-label="Explore">
      <header>
        <Heading class="rw-explore-title" data-testid="explore-title" aria-live="polite">{matches && chart.title ? chart.title : selectedTitle(snapshot)}</Heading>
        <Choices />
      </header>
      {missing ? <p class="rw-note">This line was not saved with the page. It needs the notebook’s kernel.</p> : (
        <>
          {series.length === 0 ? <p class="rw-note rw-chart-empty">{status.state === "computing" || !matches ? "" : "Nothing happened in this range."}</p>
            : failed ? <p class="rw-note">The chart cannot be drawn on this page; the table holds its numbers.</p>
            : <ChartBox chart={chart} rows={series} unit={unit} busy={!matches} onFailure={() => setFailed(true)} />}
          <ExploreFoot table={table || failed} setTable={setTable} />
          {(table || failed) && <DataTable rows={series} unit={unit} label={label} by={chart.key.by} compare={chart.key.compare} />}
        </>
      )}
    </section>
  );
}
