// Where differences stand on a scale, and its ticks.
import type { Relative } from "../../wire/experiment";

export interface Scale {
  low: number;
  high: number;
  ticks: number[];
}

/** The share of the scale's length, from its low end, at which a value stands. */
export const place = (scale: Scale, value: number): number =>
  (value - scale.low) / (scale.high - scale.low);

/** The least of 1, 2 or 5 times a power of ten that is not smaller. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const found = [1, 2, 5, 10].find((times) => times * power >= least * 0.999);
  return (found ?? 10) * power;
}

/** A scale from tick to tick that holds 0, and from one value to another. */
export function scaleFrom(least: number, most: number, steps = 4): Scale {
  const low = Math.min(0, least);
  const high = Math.max(0, most) || (low < 0 ? 0 : 0.05);
  const step = niceStep((high - low) / steps);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { low: first * step, high: last * step, ticks };
}

/** The scale of a group's rows: it holds every difference, and its interval unless that is far longer than the others. */
export function forestScale(rows: Relative[]): Scale {
  const values = rows.flatMap(([value]) => (value === null ? [] : [value]));
  const lows = rows.flatMap(([, low]) => (low === null ? [] : [low]));
  const highs = rows.flatMap(([, , high]) => (high === null ? [] : [high]));
  const far = Math.max(0.05, ...values.map(Math.abs)) * 2.2;
  const least = Math.min(0, ...values, Math.max(Math.min(0, ...lows), -far));
  const most = Math.max(0, ...values, Math.min(Math.max(0, ...highs), far));
  const scale = scaleFrom(least, most, 3);
  // Nothing can decrease by more than 100 %.
  const low = Math.max(scale.low, -1);
  return { ...scale, low, ticks: scale.ticks.filter((tick) => tick >= low) };
}

/** The scale of a difference over time: early looks, whose intervals are wide, may leave it. */
export function timeScale(
  difference: (number | null)[],
  low: (number | null)[],
  high: (number | null)[],
): Scale {
  const from = Math.floor(difference.length * 0.4);
  const known = (values: (number | null)[]): number[] =>
    values.flatMap((value) => (value === null ? [] : [value]));
  const later = [...known(low.slice(from)), ...known(high.slice(from)), ...known(difference)];
  const found = later.length > 0 ? later : [0];
  return scaleFrom(Math.min(...found), Math.max(...found), 5);
}
