// Where cards and lines of a campaign's flow stand. The same input gives the same layout on every run.
//
// Columns come from dagre. Rows are the depth in the forest, so every grey edge spans exactly one gap between rows, and
// every green line runs in such a gap (its corridor) to one gutter at the right: neither can cross a card.
import { graphlib, layout as dagre } from "@dagrejs/dagre";
import { Pen, type Point } from "./pen";
import type { Action, Arm, FlowEdge, FlowNode } from "./wire";

export const card = { width: 188, height: 84 };
const gap = {
  column: 34,
  top: 24,
  above: 9,
  below: 48,
  least: 64,
  exit: 18,
  bend: 16,
  inner: 8,
  join: 28,
  gutter: 40,
};
const pillSize = { width: 188, height: 36 };
const thickness = { edge: 12, strands: 16, green: 14, least: 1.5, all: 20 };

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface CardBox extends Box {
  id: string;
  node: FlowNode;
  depth: number;
}

export interface EdgeLine {
  source: string | null;
  target: string;
  d: string;
  points: Point[];
  width: number;
  share: number | null;
  users: number | null;
  drop_off: number | null;
  /** Nothing has been sent along it yet. */
  idle: boolean;
  label: Point;
  from: Point;
  to: Point;
}

/** One card's conversions on their whole way to the total. Lines lie side by side, so that together they add up. */
export interface GreenLine {
  id: string;
  d: string;
  points: Point[];
  width: number;
}

export interface FlowLayout {
  width: number;
  height: number;
  entry: Box;
  cards: CardBox[];
  edges: EdgeLine[];
  green: GreenLine[];
  total: Point;
}

/** Parents within the arm; an unknown parent, or one that leads back to the card itself, makes it a root. */
function parents(ids: Set<string>, actions: Action[]): Map<string, string | null> {
  const given = new Map(
    actions.filter((action) => ids.has(action.id)).map((action) => [action.id, action.parent]),
  );
  const result = new Map<string, string | null>();
  for (const id of ids) {
    let parent = given.get(id) ?? null;
    const seen = new Set([id]);
    for (let up = parent; up !== null && ids.has(up); up = given.get(up) ?? null) {
      if (seen.has(up)) {
        parent = null;
        break;
      }
      seen.add(up);
    }
    result.set(id, parent !== null && ids.has(parent) ? parent : null);
  }
  return result;
}

function depths(parent: Map<string, string | null>): Map<string, number> {
  const depth = new Map<string, number>();
  const of = (id: string): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    const up = parent.get(id) ?? null;
    const value = up === null ? 0 : of(up) + 1;
    depth.set(id, value);
    return value;
  };
  for (const id of parent.keys()) of(id);
  return depth;
}

/** Left edges by dagre; ids are prefixed, so that no action can be called like the entry node. */
function columns(
  order: string[],
  parent: Map<string, string | null>,
): { x: Map<string, number>; entry: number } {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: gap.column, ranksep: gap.least, edgesep: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  graph.setNode("entry", { ...pillSize });
  for (const id of order) graph.setNode(`a:${id}`, { ...card });
  for (const id of order) {
    const up = parent.get(id) ?? null;
    graph.setEdge(up === null ? "entry" : `a:${up}`, `a:${id}`);
  }
  // Without its crossing heuristic dagre keeps the campaign's own order; a forest has no crossings to remove.
  dagre(graph, { disableOptimalOrderHeuristic: true });
  const left = (name: string): number =>
    Math.round((graph.node(name) as { x: number }).x - card.width / 2);
  const raw = order.map((id) => left(`a:${id}`));
  const shift = Math.min(...raw, left("entry"));
  return { x: new Map(order.map((id, i) => [id, raw[i]! - shift])), entry: left("entry") - shift };
}

/** A grey line, or one of several beside one another, `shift` to the right of the middle. */
function edgePath(from: Point, to: Point, shift = 0): Pen {
  const middle = (from.y + to.y) / 2 + shift * Math.sign(from.x - to.x);
  return new Pen()
    .move(from.x + shift, from.y)
    .curve(from.x + shift, middle, to.x + shift, middle, to.x + shift, to.y);
}

function edgeLine(
  box: Box,
  target: CardBox,
  source: string | null,
  edge: Pick<FlowEdge, "users" | "share" | "drop_off">,
): EdgeLine {
  const from = { x: box.x + box.width / 2, y: box.y + box.height };
  const to = { x: target.x + target.width / 2, y: target.y };
  const { d, points } = edgePath(from, to);
  // The share stands on the line, below the corridor of green ones.
  const place = to.y - 24;
  const label = points.reduce((best, point) =>
    Math.abs(point.y - place) < Math.abs(best.y - place) ? point : best,
  );
  const idle = edge.users !== null && edge.users <= 0;
  return {
    source,
    target: target.id,
    d,
    points,
    idle,
    from,
    to,
    label,
    width: idle
      ? thickness.least
      : Math.max(thickness.least, thickness.edge * Math.min(1, edge.share ?? 0)),
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
  edge: Pick<FlowEdge, "users" | "share" | "drop_off">;
}

/** An edge as one line per arm, side by side: what each arm of its own users sent on. */
export function strands(line: EdgeLine, arms: Arm[]): Strand[] {
  const most = Math.max(3, thickness.strands / arms.length);
  const parts = arms.map((arm) => {
    const edge = arm.edges.find(
      ({ source, target }) => source === line.source && target === line.target,
    );
    const node = arm.nodes.find((one) => one.action_id === line.target);
    return (
      edge ?? {
        users: node?.users_received ?? 0,
        share: node?.share_of_entries ?? 0,
        drop_off: null,
      }
    );
  });
  const widths = parts.map(({ share }) =>
    share ? Math.max(thickness.least, most * Math.min(1, share)) : 0,
  );
  let left = -widths.reduce((sum, width) => sum + width, 0) / 2;
  return parts.map((edge, index) => {
    const width = widths[index]!;
    const { d } = edgePath(line.from, line.to, left + width / 2);
    left += width;
    return { index, d, width, edge };
  });
}

/** How thick each card's green line is. Small ones stay visible, and many small ones together stay narrow. */
function greenWidths(
  nodes: Map<string, FlowNode>,
  order: string[],
  total: number,
): Map<string, number> {
  const counts = new Map(order.map((id) => [id, nodes.get(id)!.conversions ?? 0]));
  const converting = order.filter((id) => counts.get(id)! > 0);
  const least = Math.min(thickness.least, thickness.all / Math.max(1, converting.length));
  return new Map(
    converting.map((id) => [
      id,
      Math.max(least, (thickness.green * counts.get(id)!) / Math.max(1, total)),
    ]),
  );
}

/** The cards of one row: those whose lines run in the corridor below it, and the last, whose way to the right is free. */
function splitRow(ids: string[], x: Map<string, number>): { inner: string[]; last: string } {
  const sorted = [...ids].sort((a, b) => x.get(a)! - x.get(b)!);
  return { inner: sorted.slice(0, -1), last: sorted[sorted.length - 1]! };
}

interface Row {
  top: number;
  /** Height of the corridor below it. */
  corridor: number;
  inner: string[];
  last: string;
}

/** Rows from top to bottom; the gap below a row grows with the lines that run in it. */
function rowsOf(
  order: string[],
  depth: Map<string, number>,
  x: Map<string, number>,
  widths: Map<string, number>,
): Row[] {
  const rows: Row[] = [];
  let top = pillSize.height + gap.top;
  for (let level = 0; level <= Math.max(-1, ...depth.values()); level++) {
    const { inner, last } = splitRow(
      order.filter((id) => depth.get(id) === level),
      x,
    );
    const corridor = inner.reduce((sum, id) => sum + (widths.get(id) ?? 0), 0);
    rows.push({ top, corridor, inner, last });
    top += card.height + Math.max(gap.least, gap.above + corridor + gap.below);
  }
  return rows;
}

/**
 * Every green line lies beside its neighbours: in a corridor the leftmost card's is the lowest, in the gutter the upper
 * rows' are further right. New lines always come in from the free side, so none crosses another.
 */
function greenLines(
  rows: Row[],
  boxes: Map<string, CardBox>,
  widths: Map<string, number>,
  right: number,
  bottom: number,
): GreenLine[] {
  const lines: GreenLine[] = [];
  let lane = right;
  const add = (id: string, pen: Pen, width: number): void =>
    void lines.push({ id, d: pen.d, points: pen.points, width });
  for (const row of rows) {
    const floor = row.top + card.height + gap.above + row.corridor;
    const own = widths.get(row.last);
    if (own !== undefined) {
      const box = boxes.get(row.last)!;
      const [x, y] = [lane - own / 2, box.y + card.height - gap.exit];
      add(
        row.last,
        turn(new Pen().move(box.x + card.width, y), x, y, gap.bend).line(x, bottom),
        own,
      );
      lane -= own;
    }
    let height = 0;
    for (const id of row.inner) {
      const width = widths.get(id);
      if (width === undefined) continue;
      const box = boxes.get(id)!;
      const offset = height + width / 2;
      const [from, y, x] = [box.x + card.width, floor - offset, lane - row.corridor + offset];
      const exit = box.y + card.height - gap.exit;
      const pen = new Pen()
        .move(from, exit)
        .curve(from + gap.join / 2, exit, from + gap.join / 2, y, from + gap.join, y);
      add(id, turn(pen, x, y, gap.inner + offset).line(x, bottom), width);
      height += width;
    }
    lane -= row.corridor;
  }
  return lines;
}

/** On to the right along y, then a quarter circle down into the lane at x. */
function turn(pen: Pen, x: number, y: number, radius: number): Pen {
  const handle = radius * 0.4477;
  return pen.line(x - radius, y).curve(x - handle, y, x, y + handle, x, y + radius);
}

/** The layout of one arm. `actions` gives the order and the parents; cards not in the arm are left out. */
export function layoutFlow(arm: Arm, actions: Action[]): FlowLayout {
  const nodes = new Map(arm.nodes.map((node) => [node.action_id, node]));
  const order = actions.map((action) => action.id).filter((id) => nodes.has(id));
  const ids = new Set(order);
  const parent = parents(ids, actions);
  const depth = depths(parent);
  const { x, entry: entryX } = order.length
    ? columns(order, parent)
    : { x: new Map<string, number>(), entry: 0 };
  const widths = greenWidths(nodes, order, arm.conversions ?? 0);
  const rows = rowsOf(order, depth, x, widths);
  const entry: Box = { x: entryX, y: 0, ...pillSize };
  const cards = order.map((id): CardBox => {
    const level = depth.get(id) ?? 0;
    return {
      id,
      node: nodes.get(id)!,
      depth: level,
      x: x.get(id) ?? 0,
      y: rows[level]!.top,
      ...card,
    };
  });
  const boxes = new Map(cards.map((box) => [box.id, box]));
  const known = new Map(
    arm.edges.map((edge) => [JSON.stringify([edge.source, edge.target]), edge]),
  );
  const edges = cards.map((box) => {
    const up = parent.get(box.id) ?? null;
    const fallback = {
      users: box.node.users_received,
      share: box.node.share_of_entries,
      drop_off: null,
    };
    const edge = (up !== null && known.get(JSON.stringify([up, box.id]))) || fallback;
    return edgeLine(up === null ? entry : boxes.get(up)!, box, up, edge);
  });
  const edge = Math.max(entry.x + entry.width, ...cards.map((box) => box.x + box.width));
  const lowest = Math.max(
    entry.height,
    ...cards.map((box) => box.y + box.height + gap.above + rows[box.depth]!.corridor),
  );
  const right = edge + gap.gutter + [...widths.values()].reduce((sum, width) => sum + width, 0);
  const bottom = lowest + 40;
  const green = greenLines(rows, boxes, widths, right, bottom);
  return {
    width: right + 24,
    height: bottom + 76,
    entry,
    cards,
    edges,
    green,
    total: { x: right, y: bottom },
  };
}
