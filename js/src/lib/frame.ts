// Arrow bytes from the kernel to plain rows. No bigint and no Arrow object leaves this file.
import { tableFromIPC } from "@uwdata/flechette";
import type { Bytes, Scope } from "./wire";

export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

export interface Metric {
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  low: number | null;
  high: number | null;
  previous: number | null;
}

export interface SeriesRow {
  time_ms: number;
  start: string;
  value: number | null;
  previous: number | null;
  by: string | null;
  open: boolean;
}

/**
 * Copy the exact bytes of a view. Hosts may hand over a DataView that starts anywhere in a larger buffer, and Arrow
 * needs its buffers aligned to 8 bytes.
 */
export function exactBytes(bytes: Bytes | undefined): Uint8Array {
  if (!bytes) return new Uint8Array(0);
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes.slice(0));
  const copy = new Uint8Array(bytes.byteLength);
  copy.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return copy;
}

function plain(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  // Whole numbers past 2^53 (ids, usually) stay exact as text; a double would silently be another id.
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  return String(value);
}

/** Rows of an Arrow IPC stream; an empty list for no bytes at all. A saved page hands over rows that it made itself. */
export function decode(bytes: Bytes | Row[] | undefined): Row[] {
  if (Array.isArray(bytes)) return bytes;
  const buffer = exactBytes(bytes);
  if (buffer.byteLength === 0) return [];
  const table = tableFromIPC(buffer, { useBigInt: true });
  const rows: Row[] = Array.from({ length: table.numRows }, () => ({}));
  table.names.forEach((name: string | number, index: number) => {
    const column = table.getChildAt(index);
    for (let i = 0; i < rows.length; i++) rows[i]![String(name)] = plain(column.at(i));
  });
  return rows;
}

const number = (cell: Cell | undefined): number | null => (typeof cell === "number" ? cell : null);
const text = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined ? null : String(cell);

export const nothing: Metric = {
  value: null,
  numerator: null,
  denominator: null,
  low: null,
  high: null,
  previous: null,
};

/** All numbers of the screen, looked up by scope, id (action or channel; "" for the campaign) and metric. */
export class Metrics {
  readonly size: number;
  #rows = new Map<string, Metric>();

  constructor(rows: Row[]) {
    this.size = rows.length;
    for (const row of rows) {
      const id =
        row.scope === "action"
          ? text(row.action_id)
          : row.scope === "channel"
            ? text(row.channel)
            : "";
      this.#rows.set(Metrics.key(text(row.scope) ?? "", id ?? "", text(row.metric) ?? ""), {
        value: number(row.value),
        numerator: number(row.numerator),
        denominator: number(row.denominator),
        low: number(row.low),
        high: number(row.high),
        previous: number(row.previous),
      });
    }
  }

  static key(scope: string, id: string, metric: string): string {
    return JSON.stringify([scope, id, metric]);
  }

  get(scope: Scope, id: string, metric: string): Metric {
    return this.#rows.get(Metrics.key(scope, id, metric)) ?? nothing;
  }

  has(scope: Scope, id: string, metric: string): boolean {
    return this.#rows.has(Metrics.key(scope, id, metric));
  }
}

export function seriesRows(bytes: Bytes | undefined): SeriesRow[] {
  return decode(bytes).map((row) => ({
    time_ms: number(row.time_ms) ?? 0,
    start: text(row.start) ?? "",
    value: number(row.value),
    previous: number(row.previous),
    by: text(row.by),
    open: row.open === true,
  }));
}
