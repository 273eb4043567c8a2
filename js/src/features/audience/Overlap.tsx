// How segments overlap: two as bars over one line of users, more as a chart of every combination that has users.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { compact, exact, plural, rate } from "../../ui/format";
import { Mark } from "../../ui/icons";
import { Group, ScrollRegion } from "../../ui/regions";
import type { Combination, SegmentWithReach } from "../../wire/audience";
import { combinationWords, pairOf } from "./words";

/** In a segment, not in it, or either way. */
export type Parts = (boolean | null)[];

interface Props {
  sets: SegmentWithReach[];
  overlap: Combination[];
  chosen: Parts | null;
  busy: boolean;
  onChoose: (parts: Parts) => void;
}

/** At most so many columns in the chart; the table has all combinations. */
const most = 24;
const same = (a: Parts, b: Parts | null): boolean =>
  b !== null && a.every((part, i) => part === b[i]);
const alone = (index: number, of: number): Parts =>
  Array.from({ length: of }, (_, i) => (i === index ? true : null));

/** Both segments lie on one line of users, the shared ones below each other. */
function Pair({ sets, overlap, chosen, busy, onChoose }: Props): JSX.Element {
  const [first, both, second] = pairOf(overlap);
  const all = first + both + second;
  const names = sets.map((one) => one.name);
  const at = (users: number): string => `${all ? (users / all) * 100 : 0}%`;
  // From where on the line, and how long.
  const spans: [number, number][] = [
    [0, first + both],
    [first, both + second],
  ];
  const regions: [Parts, number][] = [
    [[true, false], first],
    [[true, true], both],
    [[false, true], second],
  ];
  return (
    <div class="rw-pair" data-testid="pair">
      {sets.map((head, i) => (
        <button
          key={i}
          type="button"
          class={`rw-pair-row rw-set-${i + 1}`}
          aria-pressed={same(alone(i, 2), chosen)}
          aria-disabled={busy}
          data-set={i}
          onClick={() => onChoose(alone(i, 2))}
        >
          <span class="rw-pair-name">
            <span class="rw-clip" dir="auto">
              {head.name}
            </span>
            <b>{exact(head.size)}</b>
          </span>
          <span class="rw-pair-line" aria-hidden="true">
            <span style={{ left: at(spans[i]?.[0] ?? 0), width: at(spans[i]?.[1] ?? 0) }} />
          </span>
        </button>
      ))}
      <div class="rw-pair-parts">
        {regions.map(([parts, users]) => (
          <button
            key={parts.join()}
            type="button"
            class="rw-key"
            aria-pressed={same(parts, chosen)}
            aria-disabled={busy}
            data-parts={parts.join()}
            data-value={users}
            onClick={() => onChoose(parts)}
          >
            <span class="rw-key-value">{exact(users)}</span>
            <span class="rw-key-name">
              {combinationWords(parts, names)}
              {all > 0 && ` · ${rate(users / all)}`}
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}

function Column({
  one,
  names,
  tallest,
  chosen,
  busy,
  onChoose,
}: Pick<Props, "chosen" | "busy" | "onChoose"> & {
  one: Combination;
  names: string[];
  tallest: number;
}): JSX.Element {
  const words = `${combinationWords(one.parts, names)}: ${plural(one.users, "user")}`;
  const [first, last] = [one.parts.indexOf(true), one.parts.lastIndexOf(true)];
  return (
    <button
      type="button"
      class="rw-upset-column"
      aria-label={words}
      data-tip={words}
      aria-pressed={same(one.parts, chosen)}
      aria-disabled={busy}
      data-parts={one.parts.join()}
      data-value={one.users}
      onClick={() => onChoose(one.parts)}
    >
      <span class="rw-upset-bar">
        <span>{compact(one.users, 10_000)}</span>
        <i style={{ height: `${(one.users / tallest) * 104}px` }} />
      </span>
      {one.parts.map((part, i) => (
        <i
          key={i}
          class={`rw-upset-dot${part ? " rw-upset-in" : ""}${i > first && i <= last ? " rw-upset-joined" : ""}`}
        />
      ))}
    </button>
  );
}

function Upset({ sets, overlap, chosen, busy, onChoose }: Props): JSX.Element {
  const names = sets.map((one) => one.name);
  const largest = Math.max(1, ...sets.map((one) => one.size));
  const shown = overlap.slice(0, most);
  const tallest = Math.max(1, ...shown.map((one) => one.users));
  return (
    <div class="rw-upset" data-testid="upset">
      <Group class="rw-upset-sets" label="Segments">
        {sets.map((head, i) => (
          <button
            key={i}
            type="button"
            class="rw-upset-set"
            aria-pressed={same(alone(i, sets.length), chosen)}
            aria-disabled={busy}
            data-tip={`${head.name}: ${plural(head.size, "user")}`}
            data-set={i}
            onClick={() => onChoose(alone(i, sets.length))}
          >
            <span class="rw-clip" dir="auto">
              {head.name}
            </span>
            <span class="rw-upset-size" aria-hidden="true">
              <i style={{ width: `${(head.size / largest) * 100}%` }} />
            </span>
            <span class="rw-upset-count">{compact(head.size, 1_000_000)}</span>
          </button>
        ))}
      </Group>
      <Group class="rw-upset-columns" label="Combinations, largest first">
        {shown.map((one) => (
          <Column key={one.parts.join()} {...{ one, names, tallest, chosen, busy, onChoose }} />
        ))}
      </Group>
    </div>
  );
}

function OverlapTable({ sets, overlap }: Pick<Props, "sets" | "overlap">): JSX.Element {
  const all = overlap.reduce((sum, one) => sum + one.users, 0);
  return (
    <ScrollRegion class="rw-table" label="Overlap, as a table">
      <table data-testid="overlap-table">
        <thead>
          <tr>
            {sets.map((one, i) => (
              <th key={i} scope="col">
                <bdi>{one.name}</bdi>
              </th>
            ))}
            <th scope="col" class="rw-num">
              Users
            </th>
            <th scope="col" class="rw-num">
              Share of all
            </th>
          </tr>
        </thead>
        <tbody>
          {overlap.map((one) => (
            <tr key={one.parts.join()}>
              {one.parts.map((part, i) => (
                <td key={i}>{part ? "in" : <span class="rw-muted">not in</span>}</td>
              ))}
              <td class="rw-num" data-value={one.users}>
                {exact(one.users)}
              </td>
              <td class="rw-num">{rate(one.users / all)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** Sizes, shares and reach of every segment beside each other. */
function SideBySide({ sets }: { sets: SegmentWithReach[] }): JSX.Element {
  const channels = new Map(
    sets.flatMap((one) => (one.reach ?? []).map((row) => [row.channel, row.label] as const)),
  );
  const row = (head: SegmentWithReach, channel: string) =>
    head.reach?.find((one) => one.channel === channel);
  return (
    <ScrollRegion class="rw-table" label="Side by side">
      <table data-testid="side-by-side">
        <thead>
          <tr>
            <td />
            {sets.map((one, i) => (
              <th key={i} scope="col" class="rw-num">
                <bdi>{one.name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Users</th>
            {sets.map((one, i) => (
              <td key={i} class="rw-num">
                {exact(one.size)}
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">Share of the campaign</th>
            {sets.map((one, i) => (
              <td key={i} class="rw-num">
                {rate(one.campaign?.users ? one.campaign.entered / one.campaign.users : null)}
              </td>
            ))}
          </tr>
          {[...channels].map(([channel, label]) => (
            <tr key={channel}>
              <th scope="row">Reachable by {label}</th>
              {sets.map((one, i) => (
                <td key={i} class="rw-num">
                  {exact(row(one, channel)?.reachable ?? null)}{" "}
                  <span class="rw-muted">{rate(row(one, channel)?.share ?? null)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

export function Overlap(props: Props): JSX.Element {
  const { sets, overlap } = props;
  const [table, setTable] = useState(false);
  const users = overlap.reduce((sum, one) => sum + one.users, 0);
  return (
    <section class="rw-panel rw-overlap" aria-label="Overlap">
      <h3>
        {sets.length} segments <span class="rw-muted">{plural(users, "user")} in all</span>
      </h3>
      <div class={`rw-overlap-body rw-overlap-${sets.length === 2 ? "pair" : "upset"}`}>
        {sets.length === 2 ? <Pair {...props} /> : <Upset {...props} />}
        <SideBySide sets={sets} />
      </div>
      <div class="rw-overlap-tools">
        <button
          type="button"
          class="rw-button rw-quiet"
          aria-expanded={table}
          onClick={() => setTable(!table)}
        >
          <Mark name="table" />
          {table ? "Hide table" : "Show table"}
        </button>
        {overlap.length > most && sets.length > 2 && (
          <span class="rw-muted">
            {plural(overlap.length - most, "smaller combination")} in the table
          </span>
        )}
      </div>
      {table && <OverlapTable {...props} />}
    </section>
  );
}
