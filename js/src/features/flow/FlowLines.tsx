import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { armColour } from "../../ui/arms";
import { exact, markEstimate, rate, wordOf } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { useNoUsers, useSegments } from "../../ui/Segments";
import { spaced } from "../../ui/text";
import { useSnapshot } from "../../ui/view";
import type { Campaign } from "../../wire/campaign";
import type { Arm } from "../../wire/flow";
import type { Estimate } from "../../wire/glossary";
import type { Edge } from "../../wire/requests";
import { type Strand, strands } from "./edges";
import type { Fold } from "./fold";
import type { EdgeLine, FlowLayout } from "./geometry";

interface Props {
  layout: FlowLayout;
  /** Variants drawn as strands of one edge; none for the arm's own. */
  over: Arm[];
  isCompact: boolean;
  entries: boolean;
  conversions: boolean;
  /** The card pointed at: its conversions are traced all the way to the total. */
  traced: string | null;
  picked: Edge[];
  folds: ReadonlyMap<string, Fold>;
  onPick: (edge: Edge) => void;
}

/** The action that an edge leads to; one to a fold leads to the first of its steps. */
const targetOf = ({ target }: EdgeLine, folds: Props["folds"]): string =>
  folds.get(target)?.ids[0] ?? target;

const few = 3;

/** What is said of an edge is as near as its drop-off. */
const useEstimate = (): Estimate | undefined => entryOf(useSnapshot(), "drop_off").approximate;

const isGuessed = (campaign: Campaign, target: string): boolean =>
  campaign.actions.some((one) => one.id === target && one.guessed);

function shares(
  edge: Pick<EdgeLine, "users" | "share" | "drop_off">,
  estimate: Estimate | undefined,
): string[] {
  const part = (value: number | null): string => markEstimate(rate(value), value, estimate);
  const lost = edge.drop_off === null ? [] : [`${part(edge.drop_off)} dropped off`];
  return [
    `${markEstimate(exact(edge.users), edge.users, estimate)} ${wordOf(edge.users, "user")} received both`,
    `${part(edge.share)} continued`,
    ...lost,
  ];
}

/** What an edge says when pointed at, and to a screen reader: share and drop-off, by variant where variants are overlaid. */
function edgeWords(
  edge: EdgeLine,
  over: Arm[],
  [source, target]: [string, string],
  estimate: Estimate | undefined,
  guessed: boolean,
): { title: string; text: string[] } {
  const title = `${source} to ${target}`;
  const within = [
    ...(estimate ? [estimate.within] : []),
    ...(guessed ? ["guessed from the order of sends"] : []),
  ];
  if (over.length === 0) return { title, text: [...shares(edge, estimate), ...within] };
  const arms = strands(edge, over).map(
    (strand) =>
      `${over[strand.index]?.label}: ${shares(strand.edge, estimate).slice(1).join(", ")}`,
  );
  return { title, text: [...arms, ...within] };
}

function Strands({ edge, parts }: { edge: EdgeLine; parts: Strand[] }): JSX.Element {
  return (
    <>
      {parts
        .filter(({ width }) => width > 0)
        .map(({ index, d, width }) => (
          <path
            key={index}
            d={d}
            class="rw-strand"
            style={{ stroke: armColour(index) }}
            stroke-width={width}
            data-strand={`${edge.target} ${index}`}
          />
        ))}
    </>
  );
}

/** The names of both ends. */
function endNames({ actions }: Campaign, source: string | null, target: string): [string, string] {
  const name = (id: string): string => actions.find((one) => one.id === id)?.name ?? id;
  return [name(source ?? ""), name(target)];
}

interface LabelProps {
  edge: EdgeLine;
  target: string;
  over: Arm[];
  isCompact: boolean;
  pressed: boolean;
  onPoint: (on: boolean) => void;
  onPick: (edge: Edge) => void;
}

/** The share sent on, standing on its line. Pressing it asks for the users who received both actions. */
function ShareLabel(props: LabelProps): JSX.Element {
  const { edge, target, over, isCompact, pressed, onPoint, onPick } = props;
  const { campaign } = useSnapshot();
  const why = useNoUsers();
  const { ask } = useSegments();
  const estimate = useEstimate();
  const names = endNames(campaign, edge.source, target);
  const { title, text } = edgeWords(edge, over, names, estimate, isGuessed(campaign, target));
  const ends: Edge = [edge.source ?? "", target];
  const part = (value: number | null): string => markEstimate(rate(value), value, estimate);
  const trigger = campaign.actions.find(({ id }) => id === target)?.trigger;
  const shown =
    over.length > 0 && over.length <= few
      ? strands(edge, over)
          .map((strand) => part(strand.edge.share))
          .join(" · ")
      : part(edge.share);
  return (
    <button
      type="button"
      class="rw-share"
      style={{ left: `${edge.label.x}px`, top: `${edge.label.y}px` }}
      data-edge={edge.target}
      aria-label={[title, ...text, why || "Press to open these users"].join(". ")}
      aria-pressed={pressed}
      aria-disabled={why !== ""}
      onPointerEnter={() => onPoint(true)}
      onPointerLeave={() => onPoint(false)}
      onFocus={() => onPoint(true)}
      onBlur={() => onPoint(false)}
      onClick={(event) =>
        event.shiftKey
          ? onPick(ends)
          : !why && ask({ of: "edge", source: ends[0], target: ends[1] })
      }
    >
      {!isCompact && over.length === 0 && trigger && (
        <span class="rw-share-trigger">{spaced(trigger)} </span>
      )}
      {shown}
    </button>
  );
}

/** Half of what a tip is wide, at most: it stays clear of the flow's sides by as much. */
const tipRoom = 150;

interface TipProps {
  edge: EdgeLine;
  target: string;
  over: Arm[];
  width: number;
}

function Tip({ edge, target, over, width }: TipProps): JSX.Element {
  const { campaign } = useSnapshot();
  const { title, text } = edgeWords(
    edge,
    over,
    endNames(campaign, edge.source, target),
    useEstimate(),
    isGuessed(campaign, target),
  );
  const room = `calc(${over.length > 0 ? tipRoom : tipRoom / 2}px * var(--rw-upscale))`;
  return (
    <div
      class="rw-tip"
      aria-hidden="true"
      data-testid="edge-tip"
      style={{
        left: `clamp(${room}, ${edge.label.x}px, ${width}px - ${room})`,
        top: `${edge.label.y - 12}px`,
      }}
    >
      <b dir="auto">{title}</b>
      {text.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  );
}

/** Grey lines first, then green ones with a halo, so that a green line reads as passing over a grey one. */
export function FlowLines({
  layout,
  over,
  isCompact,
  entries,
  conversions,
  traced,
  picked,
  folds,
  onPick,
}: Props): JSX.Element {
  const { asked } = useSegments();
  const { campaign } = useSnapshot();
  const [pointed, setPointed] = useState<string | null>(null);
  const trace = layout.conversions.find((line) => line.id === traced);
  // For a fold of several actions, the share is not known.
  const isKnown = ({ target, share }: EdgeLine): boolean => share !== null || !folds.has(target);
  const shown = layout.edges.filter((edge) => edge.source !== null && !edge.idle && isKnown(edge));
  const pressed = (edge: EdgeLine): boolean => {
    const [source, target] = [edge.source, targetOf(edge, folds)];
    return (
      picked.some(([from, to]) => from === source && to === target) ||
      (asked?.of === "edge" && asked.source === source && asked.target === target)
    );
  };
  const tip = shown.find((edge) => edge.target === pointed);
  const point =
    (edge: EdgeLine) =>
    (on: boolean): void =>
      setPointed((before) => (on ? edge.target : before === edge.target ? null : before));
  return (
    <>
      <svg class="rw-lines" width={layout.width} height={layout.height} aria-hidden="true">
        {layout.edges.map((edge) =>
          over.length > 0 && entries && !edge.idle ? (
            <Strands key={edge.target} edge={edge} parts={strands(edge, over)} />
          ) : (
            <path
              key={edge.target}
              d={edge.d}
              class={`rw-edge${edge.idle ? " rw-edge-idle" : ""}${isGuessed(campaign, targetOf(edge, folds)) ? " rw-edge-guessed" : ""}${pressed(edge) ? " rw-edge-chosen" : ""}`}
              stroke-width={entries || edge.idle ? edge.width : 1.5}
              data-source={edge.source ?? ""}
              data-target={edge.target}
            />
          ),
        )}
        {conversions &&
          layout.conversions.map((line) => (
            <path key={`h${line.id}`} d={line.d} class="rw-halo" stroke-width={line.width + 4} />
          ))}
        {conversions &&
          layout.conversions.map((line) => (
            <path key={line.id} d={line.d} class="rw-green" stroke-width={line.width + 0.4} />
          ))}
        {conversions && trace && (
          <path d={trace.d} class="rw-trace" stroke-width={Math.max(3, trace.width)} />
        )}
        {/* Wide enough to point at, on top of all lines. */}
        {shown.map((edge) => (
          <path
            key={`p${edge.target}`}
            d={edge.d}
            class="rw-edge-reach"
            stroke-width={Math.max(14, edge.width)}
            onPointerEnter={() => point(edge)(true)}
            onPointerLeave={() => point(edge)(false)}
          />
        ))}
      </svg>
      {entries &&
        shown.map((edge) => (
          <ShareLabel
            key={edge.target}
            edge={edge}
            target={targetOf(edge, folds)}
            over={over}
            isCompact={isCompact}
            pressed={pressed(edge)}
            onPoint={point(edge)}
            onPick={onPick}
          />
        ))}
      {tip && <Tip edge={tip} target={targetOf(tip, folds)} over={over} width={layout.width} />}
    </>
  );
}
