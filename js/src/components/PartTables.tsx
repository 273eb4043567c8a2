// What a number is made of: clicks per link, suppressed and failed sends by reason.
import type { JSX } from "preact";
import { exact } from "../lib/format";
import { useSnapshot } from "../lib/model";
import type { Part } from "../lib/wire";
import { entryOf } from "./Metric";

const titles = { link: "Clicks per link", reason: "Not sent, by reason" } as const;

function PartTable({ part, channel, name }: { part: Part; channel: string; name: string }): JSX.Element {
  const snapshot = useSnapshot();
  // Clicks hold their unique clicks; reasons of different metrics add up.
  const weigh = (values: Record<string, number | null>): number =>
    name.startsWith("Clicks") ? values[part.metrics[0] ?? ""] ?? 0 : part.metrics.reduce((sum, metric) => sum + (values[metric] ?? 0), 0);
  const most = Math.max(1, ...part.rows.map((row) => weigh(row.values)));
  return (
    <div class="rw-parts" tabIndex={0} role="region" aria-label={name}>
      <table>
        <thead>
          <tr><th scope="col">{name.startsWith("Clicks") ? "Link" : "Reason"}</th>
            {part.metrics.map((metric) => <th key={metric} scope="col" class="rw-num">{entryOf(snapshot, metric, channel).label}</th>)}</tr>
        </thead>
        <tbody>
          {part.rows.map((row) => (
            <tr key={row.name}>
              <th scope="row" title={row.name}>
                <span class="rw-clip">{row.name}</span>
                <span class="rw-part-bar" style={{ width: `${(weigh(row.values) / most) * 100}%` }} />
              </th>
              {part.metrics.map((metric) => <td key={metric} class="rw-num">{exact(row.values[metric] ?? null)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
      {part.left > 0 && <p class="rw-muted">{exact(part.left)} more, each smaller</p>}
    </div>
  );
}

/** Folded away until asked for: the block stays a block. */
export function PartTables({ owner, channel }: { owner: string; channel: string }): JSX.Element | null {
  const found = useSnapshot().parts[owner];
  if (!found) return null;
  return (
    <>
      {(["link", "reason"] as const).map((kind) => {
        const part = found[kind];
        if (!part || part.rows.length === 0) return null;
        return (
          <details key={kind} class="rw-details" data-part={kind}>
            <summary>{titles[kind]} <span class="rw-muted">{exact(part.rows.length + part.left)}</span></summary>
            <PartTable part={part} channel={channel} name={titles[kind]} />
          </details>
        );
      })}
    </>
  );
}
