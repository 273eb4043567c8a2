// Where cards and lines of a campaign's flow stand. The same input gives the same layout on every run.
//
// Columns come from dagre. Rows are the depth in the forest, so every grey edge spans exactly one gap between rows, and
// every green line runs in such a gap (its corridor) to one gutter at the right: neither can cross a card.
import { graphlib, layout as dagre } from "@dagrejs/dagre";
import { Pen, type Point } from "./pen";
import type { Action, Arm, FlowEdge, FlowNode } from "./wire";

export const card = { width: 188, height: 84 };
const gap = { column: 40, row: 72, top: 24, corridor: 17, exit: 18, bend: 16, join: 32, gutter: 44 };
const pillSize = { width: 188, height: 36 };
const thickness = { edge: 12, river: 14, least: 1.5 };

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
  users: number;
  drop_off: number | null;
  /** Nothing has been sent along it yet. */
  idle: boolean;
  label: Point;
}

export interface GreenLine {
  /** The card whose conversions run here alone; null where lines have joined. */
  id: string | null;
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
  /** The whole way of one card's conversions to the total, to be lit while the card is pointed at. */
  traces: Map<string, { d: string; width: number }>;
  total: Point;
}

/** Parents within the arm; an unknown parent, or one that leads back to the card itself, makes it a root. */
function parents(ids: Set<string>, actions: Action[]): Map<string, string | null> {
  const given = new Map(actions.filter((action) => ids.has(action.id)).map((action) => [action.id, action.parent]));
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
function columns(order: string[], parent: Map<string, string | null>): { x: Map<string, number>; entry: number } {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: gap.column, ranksep: gap.row, edgesep: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  graph.setNode("entry", { ...pillSize });
  for (const id of order) graph.setNode(`a:${id}`, { ...card });
  for (const id of order) {
    const up = parent.get(id) ?? null;
    graph.setEdge(up === null ? "entry" : `a:${up}`, `a:${id}`);
  }
  dagre(graph);
  const left = (name: string): number => Math.round((graph.node(name) as { x: number }).x - card.width / 2);
  const raw = order.map((id) => left(`a:${id}`));
  const shift = Math.min(...raw, left("entry"));
  return { x: new Map(order.map((id, i) => [id, raw[i]! - shift])), entry: left("entry") - shift };
}

function edgeLine(from: Box, to: CardBox, source: string | null, edge: Pick<FlowEdge, "users" | "share" | "drop_off">): EdgeLine {
  const [x1, y1] = [from.x + from.width / 2, from.y + from.height];
  const [x2, y2] = [to.x + to.width / 2, to.y];
  const middle = (y1 + y2) / 2;
  const pen = new Pen().move(x1, y1).curve(x1, middle, x2, middle, x2, y2);
  const idle = edge.users <= 0;
  return {
    source, target: to.id, d: pen.d, points: pen.points, idle,
    width: idle ? thickness.least : Math.max(thickness.least, thickness.edge * Math.min(1, edge.share ?? 0)),
    share: edge.share, users: edge.users, drop_off: edge.drop_off,
    label: { x: (x1 + x2) / 2, y: middle + 4 },
  };
}

interface Join {
  y: number;
  count: number;
}

/** Everything green: each card's own stretch, the joined stretches of its row's corridor, and the gutter. */
function greenLines(cards: CardBox[], total: number, gutter: number, bottom: number) {
  const width = (count: number): number => Math.max(thickness.least, (thickness.river * count) / Math.max(1, total));
  const green: GreenLine[] = [];
  const traces: FlowLayout["traces"] = new Map();
  const joins: Join[] = [];
  const add = (id: string | null, pen: Pen, count: number): void =>
    void green.push({ id, d: pen.d, points: pen.points, width: width(count) });
  const bend = (pen: Pen, y: number): Pen => pen.line(gutter - gap.bend, y).curve(gutter - 6, y, gutter, y + 6, gutter, y + gap.bend);
  const rows = [...new Set(cards.map((box) => box.depth))].sort((a, b) => a - b);
  for (const depth of rows) {
    const row = cards.filter((box) => box.depth === depth).sort((a, b) => a.x - b.x);
    const last = row[row.length - 1]!;
    const inner = row.filter((box) => box !== last && box.node.conversions > 0);
    const corridor = last.y + card.height + gap.corridor;
    let carried = 0;
    inner.forEach((box, index) => {
      const [x, y] = [box.x + box.width, box.y + box.height - gap.exit];
      const joined = x + gap.join;
      const own = (): Pen => new Pen().move(x, y).curve(x + gap.join / 2, y, x + gap.join / 2, corridor, joined, corridor);
      add(box.id, own(), box.node.conversions);
      traces.set(box.id, { d: bend(own(), corridor).line(gutter, bottom).d, width: width(box.node.conversions) });
      carried += box.node.conversions;
      const next = inner[index + 1];
      const pen = new Pen().move(joined, corridor);
      add(null, next ? pen.line(next.x + next.width + gap.join, corridor) : bend(pen, corridor), carried);
    });
    if (last.node.conversions > 0) {
      const [x, y] = [last.x + last.width, last.y + last.height - gap.exit];
      const own = (): Pen => bend(new Pen().move(x, y), y);
      add(last.id, own(), last.node.conversions);
      traces.set(last.id, { d: own().line(gutter, bottom).d, width: width(last.node.conversions) });
      joins.push({ y: y + gap.bend, count: last.node.conversions });
    }
    if (carried > 0) joins.push({ y: corridor + gap.bend, count: carried });
  }
  let sum = 0;
  joins.forEach((join, index) => {
    sum += join.count;
    const until = joins[index + 1]?.y ?? bottom;
    add(null, new Pen().move(gutter, join.y).line(gutter, until), sum);
  });
  return { green, traces };
}

/** The layout of one arm. `actions` gives the order and the parents; cards not in the arm are left out. */
export function layoutFlow(arm: Arm, actions: Action[]): FlowLayout {
  const nodes = new Map(arm.nodes.map((node) => [node.action_id, node]));
  const order = actions.map((action) => action.id).filter((id) => nodes.has(id));
  const ids = new Set(order);
  const parent = parents(ids, actions);
  const depth = depths(parent);
  const { x, entry: entryX } = order.length ? columns(order, parent) : { x: new Map<string, number>(), entry: 0 };
  const entry: Box = { x: entryX, y: 0, ...pillSize };
  const top = pillSize.height + gap.top;
  const cards = order.map((id): CardBox => {
    const level = depth.get(id) ?? 0;
    return { id, node: nodes.get(id)!, depth: level, x: x.get(id) ?? 0, y: top + level * (card.height + gap.row), ...card };
  });
  const boxes = new Map(cards.map((box) => [box.id, box]));
  const known = new Map(arm.edges.map((edge) => [JSON.stringify([edge.source, edge.target]), edge]));
  const edges = cards.map((box) => {
    const up = parent.get(box.id) ?? null;
    const fallback = { users: box.node.users_received, share: box.node.share_of_entries, drop_off: null };
    const edge = (up !== null && known.get(JSON.stringify([up, box.id]))) || fallback;
    return edgeLine(up === null ? entry : boxes.get(up)!, box, up, edge);
  });
  const right = Math.max(entry.x + entry.width, ...cards.map((box) => box.x + box.width));
  const lowest = Math.max(entry.height, ...cards.map((box) => box.y + box.height));
  const gutter = right + gap.gutter;
  const bottom = lowest + gap.corridor + gap.bend + 22;
  const total = { x: gutter, y: bottom };
  const { green, traces } = greenLines(cards, arm.conversions, gutter, bottom);
  return { width: gutter + 24, height: bottom + 72, entry, cards, edges, green, traces, total };
}
