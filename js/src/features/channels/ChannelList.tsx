// All channels: as blocks of their main numbers, or as one table of every number that can be sorted.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Toggle } from "../../ui/Controls";
import { entryOf, MetricButton } from "../../ui/Metric";
import { ScrollRegion } from "../../ui/regions";
import { useSnapshot, useView } from "../../ui/view";
import type { Snapshot } from "../../wire/store";
import { ChannelBlock } from "./ChannelBlock";

interface Line {
  channel: string;
  label: string;
  metric: string;
  name: string;
  value: number | null;
  rate: string | null;
  share: number | null;
  base: string;
}

/** A line for every number of every channel; its rate is the first one that has it above the line. */
export function channelLines(snapshot: Snapshot): Line[] {
  const keys = [
    ...new Set(Object.keys(snapshot.glossary).map((key) => key.slice(key.indexOf(":") + 1))),
  ];
  return snapshot.campaign.channels.flatMap(({ id, label }) => {
    const known = keys
      .filter((metric) => snapshot.metrics.has("channel", id, metric))
      .map((metric) => ({ metric, entry: entryOf(snapshot, metric, id) }));
    return known
      .filter(({ entry }) => entry.unit !== "rate")
      .map(({ metric, entry }) => {
        const rate = known.find(
          (one) => one.entry.unit === "rate" && one.entry.numerator === metric,
        );
        return {
          channel: id,
          label,
          metric,
          name: entry.label,
          value: snapshot.metrics.get("channel", id, metric).value,
          rate: rate?.metric ?? null,
          share: rate ? snapshot.metrics.get("channel", id, rate.metric).value : null,
          base: rate?.entry.denominator
            ? entryOf(snapshot, rate.entry.denominator, id).label.toLowerCase()
            : "",
        };
      });
  });
}

type Column = "label" | "name" | "value" | "share";

const columns: [Column, string][] = [
  ["label", "Channel"],
  ["name", "Metric"],
  ["value", "Count"],
  ["share", "Rate"],
];

export function sorted(lines: Line[], by: Column | null, down: boolean): Line[] {
  if (by === null) return lines;
  const sign = down ? -1 : 1;
  return [...lines].sort((a, b) => {
    const [x, y] = [a[by], b[by]];
    // What has no value stands last, whichever way.
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (typeof x === "number" ? x - (y as number) : x.localeCompare(y as string));
  });
}

function ChannelTable(): JSX.Element {
  const snapshot = useSnapshot();
  const [by, setBy] = useState<Column | null>(null);
  const [down, setDown] = useState(true);
  const sort = (column: Column): void => {
    setDown(by === column ? !down : column === "value" || column === "share");
    setBy(column);
  };
  return (
    <ScrollRegion class="rw-panel rw-table rw-channel-table" label="Channels, as a table">
      <table data-testid="channel-table">
        <thead>
          <tr>
            {columns.map(([column, name]) => (
              <th
                key={column}
                scope="col"
                class={column === "value" || column === "share" ? "rw-num" : ""}
                aria-sort={by !== column ? "none" : down ? "descending" : "ascending"}
              >
                <button type="button" onClick={() => sort(column)}>
                  {name}
                  <span aria-hidden="true">{by === column ? (down ? " ↓" : " ↑") : ""}</span>
                </button>
              </th>
            ))}
            <th scope="col">Share of base</th>
          </tr>
        </thead>
        <tbody>
          {sorted(channelLines(snapshot), by, down).map((line) => (
            <tr key={`${line.channel} ${line.metric}`}>
              <td>{line.label}</td>
              <th scope="row">{line.name}</th>
              <td class="rw-num">
                <MetricButton
                  scope="channel"
                  id={line.channel}
                  metric={line.metric}
                  compactFrom={10_000_000}
                />
              </td>
              <td class="rw-num">
                {line.rate && <MetricButton scope="channel" id={line.channel} metric={line.rate} />}
              </td>
              <td class="rw-of">
                {line.share !== null && (
                  <>
                    <span class="rw-bar">
                      <span
                        class="rw-bar-fill"
                        style={{ width: `${Math.min(1, line.share) * 100}%` }}
                      />
                    </span>
                    <span class="rw-muted">of {line.base}</span>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** Opens by mail proxies, everywhere: the switch stands where they are shown. */
function MachineSwitch(): JSX.Element | null {
  const { store } = useView();
  const { campaign, metrics, options, selection, standalone } = useSnapshot();
  const closed = standalone ? "Needs the notebook’s kernel" : options.closed?.machine_opens;
  if (!campaign.channels.some(({ id }) => metrics.get("channel", id, "machine_opened").value))
    return null;
  return (
    <Toggle
      label="Count machine opens"
      on={selection.machine_opens}
      disabled={closed !== undefined}
      title={
        closed ??
        "Opens made by machines, such as mail privacy proxies, count as opens in every number"
      }
      onChange={(machine_opens) => store.select({ machine_opens })}
    />
  );
}

export function ChannelList(): JSX.Element {
  const { campaign } = useSnapshot();
  const [table, setTable] = useState(false);
  return (
    <section class="rw-section" aria-label="Channels">
      <div class="rw-section-head">
        <h3>Channels</h3>
        <MachineSwitch />
        <Toggle label="As a table" on={table} onChange={setTable} />
      </div>
      {table ? (
        <ChannelTable />
      ) : (
        <div class="rw-channels">
          {campaign.channels.map((channel) => (
            <ChannelBlock key={channel.id} channel={channel} />
          ))}
        </div>
      )}
      {campaign.channels.length === 0 && <p class="rw-muted">No channels yet.</p>}
    </section>
  );
}
