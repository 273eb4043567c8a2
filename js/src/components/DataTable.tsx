// The table behind a chart, and its numbers as CSV.
import type { JSX } from "preact";
import { full, raw } from "../lib/format";
import type { SeriesRow } from "../lib/frame";
import type { Unit } from "../lib/wire";

interface Props {
  rows: SeriesRow[];
  unit: Unit;
  label: string;
  by: string | null;
  compare: boolean;
}

export function DataTable({ rows, unit, label, by, compare }: Props): JSX.Element {
  return (
    <div class="rw-table" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
      <table data-testid="explore-table">
        <thead>
          <tr>
            <th scope="col">Period</th>
            {by && <th scope="col">{by}</th>}
            <th scope="col" class="rw-num">{label}</th>
            {compare && <th scope="col" class="rw-num">Period before</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.time_ms} ${row.by}`} data-time={row.time_ms}>
              <th scope="row">{row.start}{row.open && <span class="rw-muted"> · still open</span>}</th>
              {by && <td>{row.by ?? "none"}</td>}
              <td class="rw-num" data-value={raw(row.value)}>{full(row.value, unit)}</td>
              {compare && <td class="rw-num">{full(row.previous, unit)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Quoted where needed; a leading =, +, - or @ in text is disarmed, since the data's own words end in a spreadsheet. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

export function csv({ rows, label, by, compare }: Omit<Props, "unit">): string {
  const head = ["start_utc", "period", ...(by ? [by] : []), label, ...(compare ? ["period before"] : []), "open"];
  const lines = rows.map((row) => [
    new Date(row.time_ms).toISOString(), row.start, ...(by ? [row.by] : []), row.value,
    ...(compare ? [row.previous] : []), row.open ? "yes" : "no",
  ]);
  return [head, ...lines].map((line) => line.map(cell).join(",")).join("\n") + "\n";
}
