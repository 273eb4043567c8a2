// Numbers as the kernel sends them: Arrow streams, and in JSON as base64.

import { bool, float64, tableFromArrays, tableToIPC, utf8 } from "@uwdata/flechette";
import type { SeriesRow } from "../../src/wire/chart";

export function base64(bytes: Uint8Array): { base64: string } {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return { base64: btoa(binary) };
}

type Columns = Record<string, unknown[]>;
type Types = Record<string, unknown>;

export function ipc(columns: Columns, types: Types): Uint8Array {
  return tableToIPC(tableFromArrays(columns as never, { types } as never), {
    format: "stream",
  }) as Uint8Array;
}

const metricTypes = {
  scope: utf8(),
  action_id: utf8(),
  channel: utf8(),
  metric: utf8(),
  value: float64(),
  numerator: float64(),
  denominator: float64(),
  low: float64(),
  high: float64(),
  previous: float64(),
};

export interface MetricRow {
  scope: string;
  id: string;
  metric: string;
  value: number | null;
  of?: number | null;
  over?: number | null;
  previous?: number | null;
}

function wilson(k: number, n: number): [number, number] {
  const z = 1.96;
  const p = k / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [centre - half, centre + half];
}

export function metricBytes(rows: MetricRow[]): Uint8Array {
  const bounds = rows.map((row) =>
    row.of != null && row.over ? wilson(row.of, row.over) : [null, null],
  );
  return ipc(
    {
      scope: rows.map((row) => row.scope),
      action_id: rows.map((row) => (row.scope === "action" ? row.id : null)),
      channel: rows.map((row) => (row.scope === "channel" ? row.id : null)),
      metric: rows.map((row) => row.metric),
      value: rows.map((row) => row.value),
      numerator: rows.map((row) => row.of ?? null),
      denominator: rows.map((row) => row.over ?? null),
      low: bounds.map((bound) => bound[0] ?? null),
      high: bounds.map((bound) => bound[1] ?? null),
      previous: rows.map((row) => row.previous ?? null),
    },
    metricTypes,
  );
}

export type Point = SeriesRow;

/** What a row of a count that is not compared lacks. */
export const ofNoRate = {
  previous_start: null,
  colour: null,
  base: null,
  low: null,
  high: null,
  forecast_low: null,
  forecast_high: null,
} as const;

export function seriesBytes(list: Point[]): Uint8Array {
  return ipc(
    {
      time_ms: list.map((p) => p.time_ms),
      start: list.map((p) => p.start),
      value: list.map((p) => p.value),
      previous: list.map((p) => p.previous),
      previous_start: list.map((p) => p.previous_start),
      by: list.map((p) => p.by),
      colour: list.map((p) => p.colour),
      open: list.map((p) => p.open),
      base: list.map((p) => p.base),
      low: list.map((p) => p.low),
      high: list.map((p) => p.high),
      forecast_low: list.map((p) => p.forecast_low),
      forecast_high: list.map((p) => p.forecast_high),
    },
    {
      time_ms: float64(),
      start: utf8(),
      value: float64(),
      previous: float64(),
      previous_start: utf8(),
      by: utf8(),
      colour: float64(),
      open: bool(),
      base: float64(),
      low: float64(),
      high: float64(),
      forecast_low: float64(),
      forecast_high: float64(),
    },
  );
}
