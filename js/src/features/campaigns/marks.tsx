// The small drawings of a row; each says by shape what it says by colour, and the text beside it says it in words.
import type { JSX } from "preact";
import type { CampaignNumbers, Lift, TrendMark } from "../../wire/campaigns";
import { place, type Scale } from "../experiment/scale";

const part = (share: number): string => `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`;

/** A rate as a bar with its interval. */
export function RateBar({ numbers, top }: { numbers: CampaignNumbers; top: number }): JSX.Element {
  const { rate, low, high } = numbers;
  return (
    <span class="rw-ratebar" aria-hidden="true">
      {rate !== null && <i style={{ width: part(rate / top) }} />}
      {low !== null && high !== null && (
        <b style={{ left: part(low / top), width: part((high - low) / top) }} />
      )}
    </span>
  );
}

/** The tone of a lift: only one that its interval carries has a colour. */
export const toneOf = ({ verdict }: Pick<Lift, "verdict">): string =>
  verdict === "better" ? "rw-good" : verdict === "worse" ? "rw-bad" : "rw-unsure";

export const wordOf = ({ verdict }: Lift): string =>
  ({
    better: "works",
    worse: "harms",
    "no difference shown": "unclear",
    "too early": "too early",
    "not comparable": "not comparable",
  })[verdict] ?? verdict;

/** A difference with its interval, on the scale of its column. */
export function LiftMark({ lift, scale }: { lift: Lift | null; scale: Scale }): JSX.Element {
  const at = (value: number): number => Math.min(1, Math.max(0, place(scale, value)));
  return (
    <span class={`rw-liftmark ${lift ? toneOf(lift) : ""}`} aria-hidden="true">
      <span class="rw-liftmark-zero" style={{ left: part(at(0)) }} />
      {lift && lift.low !== null && lift.high !== null && (
        <span
          class="rw-mark-line"
          style={{ left: part(at(lift.low)), width: part(at(lift.high) - at(lift.low)) }}
        />
      )}
      {lift && <span class="rw-mark-dot" style={{ left: part(at(lift.value)) }} />}
    </span>
  );
}

/** From so many points on a line says more than the numbers. */
export const leastPoints = 8;

/** Of a table's cell, in pixels. */
const small: [width: number, height: number] = [72, 22];

/** Rates over time, from 0 to the highest; those that may still rise are dashed. */
export function TrendLine({
  trend,
  top,
  least = leastPoints,
  size: [width, height] = small,
}: {
  trend: TrendMark[];
  top?: number;
  least?: number;
  size?: [width: number, height: number];
}): JSX.Element | null {
  const known = trend.flatMap((one, at) => (one.value === null ? [] : [{ ...one, at }]));
  if (known.length < least) return null;
  const highest = top ?? (Math.max(...known.map((one) => one.value ?? 0)) || 1);
  const points = known.map(
    ({ value, at }) =>
      `${((at / Math.max(1, trend.length - 1)) * (width - 4) + 2).toFixed(1)},${(height - 2 - ((value ?? 0) / highest) * (height - 4)).toFixed(1)}`,
  );
  const open = known.findIndex((one) => !one.ripe);
  const ripe = open < 0 ? points : points.slice(0, open);
  const rest = open < 0 ? [] : points.slice(Math.max(0, open - 1));
  const [x, y] = (points.at(-1) ?? "0,0").split(",");
  return (
    <svg
      class="rw-trendline"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {ripe.length > 1 && <polyline points={ripe.join(" ")} />}
      {rest.length > 1 && <polyline points={rest.join(" ")} stroke-dasharray="3 3" />}
      <circle cx={x} cy={y} r="2" />
    </svg>
  );
}

/** How many of the windows have ended. */
export function RipeBar({ share }: { share: number }): JSX.Element {
  return (
    <span class={`rw-ripebar${share >= 1 ? " rw-ripebar-all" : ""}`} aria-hidden="true">
      <i style={{ width: part(share) }} />
    </span>
  );
}
