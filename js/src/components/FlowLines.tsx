import type { JSX } from "preact";
import { wholeRate } from "../lib/format";
import type { FlowLayout } from "../lib/layout";

interface Props {
  layout: FlowLayout;
  entries: boolean;
  conversions: boolean;
  /** The card pointed at: its conversions are lit all the way to the total. */
  lit: string | null;
}

/** Grey lines first, then green ones with a halo, so that a green line reads as passing over a grey one. */
export function FlowLines({ layout, entries, conversions, lit }: Props): JSX.Element {
  const trace = layout.green.find((line) => line.id === lit);
  return (
    <>
      <svg class="rw-lines" width={layout.width} height={layout.height} aria-hidden="true">
        {layout.edges.map((edge) => (
          <path key={edge.target} d={edge.d} class={`rw-edge${edge.idle ? " rw-edge-idle" : ""}`}
            stroke-width={entries || edge.idle ? edge.width : 1.5} data-source={edge.source ?? ""} data-target={edge.target} />
        ))}
        {conversions && layout.green.map((line) => <path key={`h${line.id}`} d={line.d} class="rw-halo" stroke-width={line.width + 4} />)}
        {conversions && layout.green.map((line) => <path key={line.id} d={line.d} class="rw-green" stroke-width={line.width + 0.4} />)}
        {conversions && trace && <path d={trace.d} class="rw-trace" stroke-width={Math.max(3, trace.width)} />}
      </svg>
      {entries && layout.edges.filter((edge) => edge.source !== null && !edge.idle && edge.share !== null).map((edge) => (
        <span key={edge.target} class="rw-share" style={{ left: `${edge.label.x}px`, top: `${edge.label.y}px` }}
          title={edge.drop_off === null ? undefined : `${wholeRate(edge.drop_off)} dropped off here`}>{wholeRate(edge.share)}</span>
      ))}
    </>
  );
}
