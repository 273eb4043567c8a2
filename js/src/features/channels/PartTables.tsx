// What a number is made of: clicks per link, suppressed and failed sends by reason.

import type { JSX } from "preact";
import { exact } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { Fold } from "../../ui/kept";
import { ScrollRegion } from "../../ui/regions";
import { useSnapshot, useView } from "../../ui/view";
import type { Part } from "../../wire/breakdowns";
import type { Snapshot } from "../../wire/store";

const titles = { link: "Clicks per link", reason: "Not sent, by reason" } as const;

interface CellProps {
  metric: string;
  value: number | null;
  /** What it is a part of, and by which column. */
  owner: Owner;
  kind: keyof typeof titles;
  name: string;
}

interface Owner {
  scope: "channel" | "action";
  id: string;
  channel: string;
}

/** A part is a button: it opens its metric in Explore, with a line for each link or reason. */
function PartCell({ metric, value, owner, kind, name }: CellProps): JSX.Element {
  const { store } = useView();
  const snapshot = useSnapshot();
  const { options, standalone } = snapshot;
  const words = `${entryOf(snapshot, metric, owner.channel).label}, ${name}: ${exact(value)}`;
  const open = (): void =>
    store.select({
      metric,
      by: kind,
      action: owner.scope === "action" ? owner.id : null,
      channel: owner.scope === "channel" ? owner.id : null,
    });
  if (value === null || standalone || !options.by.includes(kind)) return <>{exact(value)}</>;
  return (
    <button
      type="button"
      class="rw-number"
      data-tip={`${words}. Shows each ${kind} over time`}
      aria-label={words}
      data-part-metric={metric}
      onClick={open}
    >
      {exact(value)}
    </button>
  );
}

function PartTable({
  part,
  owner,
  kind,
}: {
  part: Part;
  owner: Owner;
  kind: keyof typeof titles;
}): JSX.Element {
  const snapshot = useSnapshot();
  const name = titles[kind];
  // Clicks hold their unique clicks; reasons of different metrics add up.
  const weigh = (values: Record<string, number | null>): number =>
    kind === "link"
      ? (values[part.metrics[0] ?? ""] ?? 0)
      : part.metrics.reduce((sum, metric) => sum + (values[metric] ?? 0), 0);
  const most = Math.max(1, ...part.rows.map((row) => weigh(row.values)));
  return (
    <ScrollRegion class="rw-parts" label={name}>
      <table>
        <thead>
          <tr>
            <th scope="col">{kind === "link" ? "Link" : "Reason"}</th>
            {part.metrics.map((metric) => (
              <th key={metric} scope="col" class="rw-num">
                {entryOf(snapshot, metric, owner.channel).label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {part.rows.map((row) => (
            <tr key={row.name}>
              <th scope="row" data-tip={row.name}>
                <span class="rw-clip" dir="auto">
                  {row.name}
                </span>
                <span
                  class="rw-part-bar"
                  style={{ width: `${(weigh(row.values) / most) * 100}%` }}
                />
              </th>
              {part.metrics.map((metric) => (
                <td key={metric} class="rw-num">
                  <PartCell
                    metric={metric}
                    value={row.values[metric] ?? null}
                    owner={owner}
                    kind={kind}
                    name={row.name}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {part.left > 0 && <p class="rw-muted">and {exact(part.left)} smaller ones</p>}
    </ScrollRegion>
  );
}

const kinds = ["link", "reason"] as const;

/** Whether there is anything to open. */
export const hasParts = ({ parts }: Snapshot, owner: string): boolean =>
  kinds.some((kind) => (parts[owner]?.[kind]?.rows.length ?? 0) > 0);

/** Folded away until asked for: the block stays a block. What has been opened already is not folded again. */
export function PartTables({
  open = false,
  ...owner
}: Owner & { open?: boolean }): JSX.Element | null {
  const found = useSnapshot().parts[`${owner.scope}:${owner.id}`];
  if (!found) return null;
  return (
    <>
      {kinds.map((kind) => {
        const part = found[kind];
        if (!part || part.rows.length === 0) return null;
        return (
          <Fold
            key={kind}
            name={owner.scope + owner.id + kind + open}
            class="rw-details"
            data-part={kind}
            first={open}
          >
            <summary>
              {titles[kind]} <span class="rw-muted">{exact(part.rows.length + part.left)}</span>
            </summary>
            <PartTable part={part} owner={owner} kind={kind} />
          </Fold>
        );
      })}
    </>
  );
}
