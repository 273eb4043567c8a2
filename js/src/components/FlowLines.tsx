import type { JSX } from "preact";
import { wholeRate } from "../lib/format";
import type { FlowLayout } from "../lib/layout";
import { useSnapshot } from "../lib/model";
import { useSegmentsIfAny } from "./Segments";

interface Props {
  layout: FlowLayout;
  entries: boolean;
  conversions: boolean;
  /** The card pointed at: its conversions are lit all the way to the total. */
  lit: string | null;
}

type Edge = FlowLayout["edges"][number];

function edgeWords(edge: Edge, names: Map<string, string>): string {
  const [from, to] = [names.get(edge.source ?? "") ?? "", names.get(edge.target) ?? edge.target];
  const lost = edge.drop_off === null ? "" : `, ${wholeRate(edge.drop_off)} dropped off`;
  return `${from} to ${to}: ${wholeRate(edge.share)} sent on${lost}. Click for the users who received both`;
}

/** Grey lines first, then green ones with a halo, so that a green line reads as passing over a grey one. */
export function FlowLines({ layout, entries, conversions, lit }: Props): JSX.Element {
  const { campaign } = useSnapshot();
  const segments = useSegmentsIfAny();
  const names = new Map(campaign.actions.map((one) => [one.id, one.name]));
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
        <button key={edge.target} type="button" class="rw-share" style={{ left: `${edge.label.x}px`, top: `${edge.label.y}px` }}
          data-edge={edge.target} title={edgeWords(edge, names)} aria-label={edgeWords(edge, names)}
          onClick={() => segments?.ask({ of: "edge", source: edge.source!, target: edge.target })}>{wholeRate(edge.share)}</button>
      ))}
    </>
  );
}
