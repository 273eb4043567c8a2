// Arrow bytes from the kernel to plain rows. No bigint and no Arrow object leaves this file.
import { tableFromIPC } from "@uwdata/flechette";
import type { Bytes } from "./serialization";

export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

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
    rows.forEach((row, at) => {
      row[String(name)] = plain(column.at(at));
    });
  });
  return rows;
}
