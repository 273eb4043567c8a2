// Every comparison as a row: values, difference and interval in their own unit, and the relative change drawn.
import type { JSX } from "preact";
import { perCent, signed } from "../../ui/format";
import { usePaper } from "../../ui/paper";
import { capitalised } from "../../ui/text";
import type { ForestGroup, ForestRow } from "../../wire/experiment";
import { forestScale, place, type Scale } from "./scale";

const part = (share: number): string => `${(share * 100).toFixed(2)}%`;

const tickText = (tick: number): string =>
  tick === 0 ? "0" : perCent(signed(Number((tick * 100).toPrecision(6))));

/** Never by colour alone: an arrow shows the direction, and a word whether that is good. */
const words: Record<string, string> = {
  better: "better",
  worse: "worse",
  "no difference shown": "unclear",
  "too early": "too early",
  "not comparable": "not comparable",
};

const tone = ({ verdict }: ForestRow): string =>
  verdict === "better" ? "rw-good" : verdict === "worse" ? "rw-bad" : "rw-unsure";

function Interval({ row, scale }: { row: ForestRow; scale: Scale }): JSX.Element | null {
  const [value, low, high] = row.relative;
  if (value === null) return <span class="rw-forest-none">–</span>;
  const at = (x: number): number => Math.min(1, Math.max(0, place(scale, x)));
  return (
    <>
      {low !== null && high !== null && (
        <span
          class={[
            "rw-mark-line",
            low < scale.low ? "rw-forest-on-low" : "",
            high > scale.high ? "rw-forest-on-high" : "",
          ].join(" ")}
          style={{ left: part(at(low)), width: part(at(high) - at(low)) }}
        />
      )}
      <span class="rw-mark-dot" style={{ left: part(at(value)) }} />
    </>
  );
}

function Row({ row, scale }: { row: ForestRow; scale: Scale }): JSX.Element {
  const shown = row.verdict === "better" || row.verdict === "worse";
  return (
    <tr class="rw-forest-row" data-row={row.metric} data-verdict={row.verdict}>
      <th class="rw-forest-name" scope="row">
        <span class="rw-forest-label">{row.label}</span>
        <small>{row.of}</small>
      </th>
      <td class="rw-forest-control">{row.control}</td>
      <td class="rw-forest-value">{row.value}</td>
      <td class="rw-forest-difference">{row.difference}</td>
      <td class={`rw-forest-plot ${tone(row)}`} aria-hidden="true">
        {scale.ticks.map((tick) => (
          <i
            key={tick}
            class={tick === 0 ? "rw-forest-zero" : ""}
            style={{ left: part(place(scale, tick)) }}
          />
        ))}
        <Interval row={row} scale={scale} />
      </td>
      <td class="rw-forest-interval">{row.interval}</td>
      <td class={`rw-forest-verdict ${tone(row)}`}>
        {shown && <span aria-hidden="true">{row.up ? "▲" : "▼"} </span>}
        {words[row.verdict] ?? row.verdict}
      </td>
    </tr>
  );
}

/** Every other tick is written where they stand close. */
function Ticks({ scale }: { scale: Scale }): JSX.Element {
  const every = scale.ticks.length > 4 ? 2 : 1;
  const zero = scale.ticks.indexOf(0);
  return (
    <td class="rw-forest-axis" aria-hidden="true">
      {scale.ticks.map((tick, index) =>
        (index - zero) % every === 0 ? (
          <span key={tick} style={{ left: part(place(scale, tick)) }}>
            {tickText(tick)}
          </span>
        ) : null,
      )}
    </td>
  );
}

function Group({ group, level }: { group: ForestGroup; level: string }): JSX.Element {
  const scale = forestScale(group.rows.map((row) => row.relative));
  return (
    <table class="rw-forest-group" data-testid="forest-group">
      <thead>
        <tr class="rw-forest-head">
          <th class="rw-forest-name" scope="col">
            <bdi>{capitalised(group.arm)}</bdi> against <bdi>{group.control}</bdi>
          </th>
          <th class="rw-forest-control" scope="col" data-tip={group.control}>
            <bdi>{group.control}</bdi>
          </th>
          <th class="rw-forest-value" scope="col" data-tip={group.arm}>
            <bdi>{group.arm}</bdi>
          </th>
          <th class="rw-forest-difference" scope="col">
            difference
          </th>
          <Ticks scale={scale} />
          <th class="rw-forest-interval" scope="col">
            {level} interval
          </th>
          <th class="rw-forest-verdict" scope="col">
            <span class="rw-offscreen">verdict</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {group.rows.map((row) => (
          <Row key={row.metric} row={row} scale={scale} />
        ))}
      </tbody>
    </table>
  );
}

/** More comparisons than so many are a line each, which opens; the first of them stands open. */
const mostOpen = 4;

/** One comparison as a line: what it says of the first metric. */
function Folded({ group, level }: { group: ForestGroup; level: string }): JSX.Element {
  const [row] = group.rows;
  return (
    <details class="rw-details rw-forest-fold">
      <summary>
        <b>
          <bdi>{capitalised(group.arm)}</bdi> against <bdi>{group.control}</bdi>
        </b>
        {row && (
          <span>
            {row.label} {row.difference} ({row.interval}),{" "}
            <span class={tone(row)}>{words[row.verdict] ?? row.verdict}</span>
          </span>
        )}
      </summary>
      <Group group={group} level={level} />
    </details>
  );
}

export function Forest({ groups, level }: { groups: ForestGroup[]; level: string }): JSX.Element {
  const paper = usePaper();
  const fold = groups.length > mostOpen && !paper;
  return (
    <div class="rw-forest">
      {groups.map((group, at) => {
        const One = fold && at > 0 ? Folded : Group;
        return <One key={`${group.arm}|${group.control}`} group={group} level={level} />;
      })}
      <p class="rw-caption">
        Marks: relative change with its {level} interval; an arrow: the interval continues. Each
        group has its own scale. Intervals are for single comparisons; verdicts are adjusted for all
        of them.
      </p>
    </div>
  );
}
