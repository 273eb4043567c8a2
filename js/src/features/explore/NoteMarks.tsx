// The notes of a chart, drawn over it: a dashed line in each plot, and above a single one a triangle with the words.
import type { JSX } from "preact";
import type { Layout } from "./charts";
import { part } from "./LineNames";
import { flags, lined, type Noted } from "./notes";

/** Where an instant is across a plot, as a part of its width. */
function across({ axis }: Layout, time: number): number {
  const { first, last, from, to } = axis;
  return last > first ? from + ((to - from) * (time - first)) / (last - first) : from;
}

interface Flags {
  noted: Noted[];
  layout: Layout;
  /** Whether notes are shown. */
  on: boolean;
  setOn: (on: boolean) => void;
}

/** In pixels: room for the button. */
const button = 72;

/** In a row of its own above the chart. What it says is in the readout and in the table, too. */
export function NoteFlags({ noted, layout, on, setOn }: Flags): JSX.Element {
  const [plot, ...others] = layout.plots;
  const places = noted.map(({ time }) =>
    plot ? (plot.left + plot.width * across(layout, time)) * layout.wide : 0,
  );
  const room = Math.max(0, layout.wide - button);
  const shown = plot && others.length === 0 ? flags(noted, places, room) : [];
  return (
    <div class="rw-notes" data-testid="notes">
      {shown.map(({ x, left, width, before, label, tip }) => (
        <span
          key={x}
          class={before ? "rw-note-flag rw-note-before" : "rw-note-flag"}
          aria-hidden="true"
          data-tip={tip}
          style={{ left: part(left / layout.wide), width: part(width / layout.wide) }}
        >
          <bdi>{label}</bdi>
        </span>
      ))}
      <button type="button" class="rw-note-switch" onClick={() => setOn(!on)}>
        {on ? "Hide notes" : "Show notes"}
      </button>
    </div>
  );
}

export function NoteLines({ noted, layout }: { noted: Noted[]; layout: Layout }): JSX.Element {
  const own = lined(noted);
  return (
    <>
      {layout.plots.flatMap((plot) =>
        own.map(({ time }) => (
          <span
            key={`${plot.left} ${plot.top} ${time}`}
            class="rw-note-line"
            aria-hidden="true"
            style={{
              left: part(plot.left + plot.width * across(layout, time)),
              top: part(plot.top),
              height: part(plot.height),
            }}
          />
        )),
      )}
    </>
  );
}
