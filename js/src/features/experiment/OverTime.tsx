// The difference as of the end of each day, with a band that is valid however often one looks.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Select } from "../../ui/Controls";
import { dayWords } from "../../ui/dates";
import { daysText, signed } from "../../ui/format";
import { useKept } from "../../ui/kept";
import type { DifferenceLine, ForestGroup } from "../../wire/experiment";
import { place, type Scale, timeScale } from "./scale";

const size = 1000;
const part = (share: number): string => `${(share * 100).toFixed(2)}%`;
const held = (value: number): number => Math.min(1.5, Math.max(-0.5, value));

interface Drawn {
  line: string;
  band: string;
}

/** Paths in a square of 1000, which the chart stretches to its box. */
function paths(line: DifferenceLine, scale: Scale, at: (index: number) => number): Drawn {
  const y = (value: number): number => size * (1 - held(place(scale, value)));
  const point = (index: number, value: number): string =>
    `${(size * at(index)).toFixed(1)} ${y(value).toFixed(1)}`;
  const known = (values: (number | null)[]): string[] =>
    values.flatMap((value, index) => (value === null ? [] : [point(index, value)]));
  const [low, high, middle] = [known(line.low), known(line.high), known(line.difference)];
  return {
    line: middle.length > 1 ? `M${middle.join("L")}` : "",
    band: high.length > 1 ? `M${high.join("L")}L${low.reverse().join("L")}Z` : "",
  };
}

function tickText(value: number, share: boolean): string {
  const rounded = Number((share ? value * 100 : value).toPrecision(6));
  if (rounded === 0) return "0";
  return share ? `${signed(rounded)}\u202fpt` : signed(rounded);
}

/** So many days, evenly apart, the first and the last among them. */
function daysWritten(days: number[]): number[] {
  const steps = Math.min(5, days.length - 1);
  return Array.from({ length: steps + 1 }, (_, index) =>
    Math.round((index * (days.length - 1)) / Math.max(1, steps)),
  );
}

interface ChartProps {
  line: DifferenceLine;
  label: string;
}

function Chart({ line, label }: ChartProps): JSX.Element {
  const { days } = line;
  const last = days.length - 1;
  const [chosen, setChosen] = useState<number | null>(null);
  const index = Math.min(chosen ?? last, last);
  const [first, end] = [days[0] ?? 0, days[last] ?? 1];
  const at = (place_: number): number => ((days[place_] ?? first) - first) / (end - first || 1);
  const scale = timeScale(line.difference, line.low, line.high);
  const { line: path, band } = paths(line, scale, at);
  const words = `${dayWords(days[index] ?? end)}: ${line.texts[index] ?? ""}`;
  const move = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const day = first + ((event.clientX - box.left) / (box.width || 1)) * (end - first);
    const near = days.reduce(
      (best, one, place_) =>
        Math.abs(one - day) < Math.abs((days[best] ?? first) - day) ? place_ : best,
      0,
    );
    setChosen(near);
  };
  const press = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setChosen(Math.min(last, Math.max(0, next)));
  };
  const value = line.difference[index] ?? null;
  const since = line.since === null ? null : days.indexOf(line.since);
  return (
    <>
      <p class="rw-lookout" data-testid="look">
        <span class="rw-muted">{dayWords(days[index] ?? end)}</span> <b>{line.texts[index]}</b>
        {line.since !== null && (
          <span class="rw-muted rw-since">clear since {dayWords(line.since)}</span>
        )}
      </p>
      <div class="rw-looks">
        <span class="rw-looks-scale" aria-hidden="true">
          {scale.ticks.map((tick) => (
            <span key={tick} style={{ bottom: part(place(scale, tick)) }}>
              {tickText(tick, line.share)}
            </span>
          ))}
        </span>
        <div
          class="rw-looks-plot"
          role="slider"
          tabIndex={0}
          aria-label={label}
          aria-orientation="horizontal"
          aria-valuemin={0}
          aria-valuemax={last}
          aria-valuenow={index}
          aria-valuetext={words}
          onKeyDown={press}
          onPointerMove={move}
          onPointerLeave={() => setChosen(null)}
        >
          <svg viewBox={`0 0 ${size} ${size}`} preserveAspectRatio="none" aria-hidden="true">
            {scale.ticks.map((tick) => (
              <line
                key={tick}
                class={tick === 0 ? "rw-looks-zero" : "rw-looks-grid"}
                x1="0"
                x2={size}
                y1={size * (1 - place(scale, tick))}
                y2={size * (1 - place(scale, tick))}
              />
            ))}
            <path class="rw-looks-band" d={band} />
            <path class="rw-looks-line" d={path} />
            {since !== null && since > 0 && (
              <line
                class="rw-looks-since"
                x1={size * at(since)}
                x2={size * at(since)}
                y1="0"
                y2={size}
              />
            )}
            {chosen !== null && (
              <line
                class="rw-looks-at"
                x1={size * at(index)}
                x2={size * at(index)}
                y1="0"
                y2={size}
              />
            )}
          </svg>
          {value !== null && (
            <span
              class="rw-looks-dot"
              style={{ left: part(at(index)), bottom: part(held(place(scale, value))) }}
            />
          )}
        </div>
        <span class="rw-looks-days" aria-hidden="true">
          {daysWritten(days).map((place_) => (
            <span key={place_} style={{ left: part(at(place_)) }}>
              {dayWords(days[place_] ?? first)}
            </span>
          ))}
        </span>
      </div>
    </>
  );
}

/** A difference over time; which comparison and metric, a menu says. */
export function OverTime({
  groups,
  level,
}: {
  groups: ForestGroup[];
  level: string;
}): JSX.Element | null {
  const [chosen, setChosen] = useKept("comparison", "0");
  const every = groups.flatMap((group) =>
    group.lines.map((line) => ({
      line,
      label: `${line.label}, ${group.arm} less ${group.control}`,
    })),
  );
  const shown = every[Number(chosen)] ?? every[0];
  if (!shown) return null;
  return (
    <section class="rw-panel rw-experiment-time">
      <div class="rw-experiment-head">
        <h4>Difference over time</h4>
        <Select
          label="Comparison drawn over time"
          value={String(Math.max(0, every.indexOf(shown)))}
          choices={every.map(({ label }, index) => ({ value: String(index), label }))}
          testid="comparison"
          onChange={setChosen}
        />
      </div>
      <Chart
        key={chosen}
        line={shown.line}
        label={`${shown.label}, at the end of each day; arrow keys move between ${daysText(shown.line.days.length)}`}
      />
      <p class="rw-caption">
        {shown.label}; over users whose window had ended by each day. Band: always-valid {level}{" "}
        interval, valid however often you look.
      </p>
    </section>
  );
}
