// The numbers of the instant that is pointed at.
import type { JSX } from "preact";
import { change, exactValue, interval, isOfFew, ofSome, plural } from "../../ui/format";
import type { SeriesRow } from "../../wire/chart";
import type { GlossaryEntry } from "../../wire/glossary";
import type { Mark } from "./charts";
import { byValue } from "./marks";
import { forecast } from "./table";

const most = 12;
const mostNotes = 4;

/** The colour of a group's line. */
export const groupColour = (colour: number | null): string =>
  colour ? `var(--rw-group-${colour})` : "var(--rw-muted)";

/** What an open interval may become, where that is known. */
const become = (rows: SeriesRow[]): string => {
  const [only, ...others] = rows;
  const range = only && others.length === 0 ? forecast(only) : null;
  return range ? `: may become ${range}` : "";
};

/** ", +25.0 %": against what it is compared with. */
function changed({ value, previous }: SeriesRow, entry: GlossaryEntry): string {
  const found = change({ value, previous }, entry);
  if (!found) return "";
  return `, ${found.flat ? found.words : `${found.up ? "+" : "−"}${found.text}`}`;
}

function Line({
  row,
  entry,
  lifted,
}: {
  row: SeriesRow;
  entry: GlossaryEntry;
  lifted: boolean;
}): JSX.Element {
  return (
    <span class={lifted ? "rw-lifted" : undefined}>
      {row.by !== null && (
        <>
          <i style={{ background: groupColour(row.colour) }} />
          <span class={lifted ? undefined : "rw-muted"}>
            <bdi>{row.by}</bdi>{" "}
          </span>
        </>
      )}
      <b class={isOfFew(row.base, entry) ? "rw-few" : undefined}>{exactValue(row.value, entry)}</b>
      {row.low !== null && <span class="rw-muted"> {interval(row)}</span>}
      {row.base !== null && <span class="rw-muted"> {ofSome(row, { ...entry, base: "" })}</span>}
      {row.previous !== null && (
        <span class="rw-muted">
          {" "}
          · vs {exactValue(row.previous, entry)}
          {changed(row, entry)}
        </span>
      )}
    </span>
  );
}

interface Props {
  at: Mark;
  rows: SeriesRow[];
  entry: GlossaryEntry;
  /** What is noted of the instant. */
  notes: string[];
  width: number;
}

export function Readout({ at, rows, entry, notes, width }: Props): JSX.Element | null {
  // As the lines lie: the largest on top.
  const here = byValue(rows, at.time);
  const [first] = here;
  if (!first) return null;
  const side = at.x > width / 2 ? { right: `${width - at.x + 10}px` } : { left: `${at.x + 10}px` };
  return (
    <>
      {at.lines.map(({ x, top, height }) => (
        <span
          key={`${x} ${top}`}
          class="rw-crosshair"
          style={{ left: `${x}px`, top: `${top}px`, height: `${height}px` }}
        />
      ))}
      <div class="rw-readout" style={side} role="status" data-testid="readout">
        <span class="rw-muted">{first.start}</span>
        {first.previous_start && <span class="rw-muted">vs {first.previous_start}</span>}
        {notes.slice(0, mostNotes).map((text) => (
          <span key={text} class="rw-readout-note">
            <bdi>{text}</bdi>
          </span>
        ))}
        {notes.length > mostNotes && (
          <span class="rw-muted">and {plural(notes.length - mostNotes, "more note")}</span>
        )}
        {here.slice(0, most).map((row) => (
          <Line key={row.by} row={row} entry={entry} lifted={row.by !== null && row.by === at.by} />
        ))}
        {here.some((row) => row.value) && entry.approximate && (
          <span class="rw-muted">{entry.approximate.within}</span>
        )}
        {here.some((row) => row.open) && (
          <span class="rw-muted">conversion windows still open{become(here)}</span>
        )}
      </div>
    </>
  );
}
