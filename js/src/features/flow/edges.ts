// The lines between cards: as thick as the share that was sent on, or one strand per variant.
import type { Arm, FlowEdge } from "../../wire/flow";
import { type Box, type CardBox, type EdgeLine, full, type Measures } from "./geometry";
import { Path, type Point } from "./path";

/** All strands of an edge together are this wide where every variant sent on everyone. */
const strandsWidth = 16;
const leastStrand = 3;

type Counts = Pick<FlowEdge, "users" | "share" | "drop_off">;

/** From the lower edge of a card to the upper of the next; strands lie `shift` to the right of the middle. */
function edgePath(from: Point, to: Point, shift = 0): Path {
  const middle = (from.y + to.y) / 2 + shift * Math.sign(from.x - to.x);
  return new Path()
    .move(from.x + shift, from.y)
    .curve(from.x + shift, middle, to.x + shift, middle, to.x + shift, to.y);
}

export function edgeLine(
  box: Box,
  target: CardBox,
  source: string | null,
  edge: Counts,
  { margin, stroke }: Measures = full,
): EdgeLine {
  const from = { x: box.x + box.width / 2, y: box.y + box.height };
  const to = { x: target.x + target.width / 2, y: target.y };
  const { d, points } = edgePath(from, to);
  // The share stands on the line, below the corridor of conversion lines.
  const place = to.y - margin.label;
  const label = points.reduce((best, point) =>
    Math.abs(point.y - place) < Math.abs(best.y - place) ? point : best,
  );
  const idle = edge.users !== null && edge.users <= 0;
  const width = idle ? 0 : stroke.edge * Math.min(1, edge.share ?? 0);
  return {
    source,
    target: target.id,
    d,
    points,
    idle,
    from,
    to,
    label,
    width: Math.max(stroke.thin, width),
    share: edge.share,
    users: edge.users,
    drop_off: edge.drop_off,
  };
}

export interface Strand {
  /** Its place among the arms. */
  index: number;
  d: string;
  width: number;
  edge: Counts;
}

/** An edge as one line per arm, side by side, each as thick as the share of its own users who continued. */
export function strands(line: EdgeLine, arms: Arm[]): Strand[] {
  const most = Math.max(leastStrand, strandsWidth / arms.length);
  const parts = arms.map((arm) => {
    const edge = arm.edges.find(
      ({ source, target }) => source === line.source && target === line.target,
    );
    const node = arm.nodes.find((one) => one.action_id === line.target);
    const counts: Counts = edge ?? {
      users: node?.users_received ?? 0,
      share: node?.share_of_entries ?? 0,
      drop_off: null,
    };
    const width = counts.share ? Math.max(full.stroke.thin, most * Math.min(1, counts.share)) : 0;
    return { counts, width };
  });
  let left = -parts.reduce((sum, { width }) => sum + width, 0) / 2;
  return parts.map(({ counts, width }, index) => {
    const { d } = edgePath(line.from, line.to, left + width / 2);
    left += width;
    return { index, d, width, edge: counts };
  });
}
