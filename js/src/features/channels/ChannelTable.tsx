import type { JSX } from "preact";
import { interval } from "../../ui/format";
import { useKept } from "../../ui/kept";
import { MetricButton } from "../../ui/Metric";
import { ScrollRegion } from "../../ui/regions";
import { useSnapshot } from "../../ui/view";
import { type Column, channelLines, sorted } from "./lines";
import { Bar } from "./MetricRows";

const columns: [Column, string, kind?: string][] = [
  ["label", "Channel"],
  ["name", "Metric"],
  ["value", "Count", "rw-num"],
  ["share", "Rate", "rw-num"],
];
const unsorted: { by: Column | null; down: boolean } = { by: null, down: true };

/** Every number of every channel, sorted by a press on a column. */
export function ChannelTable(): JSX.Element {
  const snapshot = useSnapshot();
  const [{ by, down }, sort] = useKept("sort", unsorted);
  return (
    <ScrollRegion class="rw-panel rw-table rw-channel-table" label="Channels, as a table">
      <table data-testid="channel-table">
        <thead>
          <tr>
            {columns.map(([column, name, kind]) => (
              <th
                key={column}
                scope="col"
                class={kind}
                aria-sort={by === column ? (down ? "descending" : "ascending") : "none"}
              >
                <button
                  type="button"
                  onClick={() => sort({ by: column, down: by === column ? !down : !!kind })}
                >
                  {name}
                  {by === column && <span aria-hidden="true">{down ? " ↓" : " ↑"}</span>}
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
                    <Bar share={line.share} low={null} high={null} />
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
