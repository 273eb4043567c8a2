import type { JSX } from "preact";
import { interval } from "../../ui/format";
import { useKept } from "../../ui/kept";
import { MetricButton } from "../../ui/Metric";
import { ScrollRegion } from "../../ui/regions";
import { useSnapshot } from "../../ui/view";
import { type Column, channelLines, sorted } from "./lines";

const columns: [Column, string][] = [
  ["label", "Channel"],
  ["name", "Metric"],
  ["value", "Count"],
  ["share", "Rate"],
];

/** Every number of every channel, sorted by a press on a column. */
export function ChannelTable(): JSX.Element {
  const snapshot = useSnapshot();
  const [by, setBy] = useKept<Column | null>("by", null);
  const [down, setDown] = useKept("down", true);
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
              <td>
                <bdi>{line.label}</bdi>
              </td>
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
                {line.rate && (
                  <>
                    <MetricButton scope="channel" id={line.channel} metric={line.rate} />
                    <span class="rw-spread rw-table-spread">
                      {interval(snapshot.metrics.get("channel", line.channel, line.rate))}
                    </span>
                  </>
                )}
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
