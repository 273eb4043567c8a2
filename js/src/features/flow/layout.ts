// Where cards and lines of a campaign's flow stand. The same input gives the same layout on every run.
//
// Columns come from dagre. Rows are the depth in the forest, so every edge spans exactly one gap between rows, and every
// conversion line runs in such a gap (its corridor) to one gutter at the right: neither can cross a card.
import type { Action } from "../../wire/campaign";
import type { Arm } from "../../wire/flow";
import { conversionLines, conversionWidths } from "./conversions";
import { edgeLine } from "./edges";
import { columnsOf, depthsOf, parentsOf } from "./forest";
import {
  type Box,
  type CardBox,
  type CardRow,
  card,
  entry,
  type FlowLayout,
  gap,
  margin,
} from "./geometry";

/** Rows from top to bottom; the gap below a row grows with the conversion lines that run in it. */
function rowsOf(
  depths: Map<string, number>,
  left: Map<string, number>,
  widths: Map<string, number>,
): CardRow[] {
  const rows: CardRow[] = [];
  let top = entry.height + gap.belowEntry;
  for (let level = 0; level <= Math.max(-1, ...depths.values()); level++) {
    const ids = [...left.keys()]
      .filter((id) => depths.get(id) === level)
      .sort((a, b) => (left.get(a) ?? 0) - (left.get(b) ?? 0));
    const corridor = ids.slice(0, -1).reduce((sum, id) => sum + (widths.get(id) ?? 0), 0);
    rows.push({ top, corridor, ids });
    top += card.height + Math.max(gap.row, gap.aboveLines + corridor + gap.belowLines);
  }
  return rows;
}

/** The layout of one arm. `actions` gives the order and the parents; cards not in the arm are left out. */
export function layoutFlow(arm: Arm, actions: Action[]): FlowLayout {
  const known = new Map(arm.nodes.map((node) => [node.action_id, node]));
  const nodes = actions.flatMap(({ id }) => known.get(id) ?? []);
  const parents = parentsOf(new Set(nodes.map((node) => node.action_id)), actions);
  const depths = depthsOf(parents);
  const columns = columnsOf(parents);
  const widths = conversionWidths(nodes, arm.conversions ?? 0);
  const rows = rowsOf(depths, columns.left, widths);
  const start: Box = { x: columns.entry, y: 0, ...entry };
  const cards = nodes.map((node): CardBox => {
    const [id, depth] = [node.action_id, depths.get(node.action_id) ?? 0];
    const [x, y] = [columns.left.get(id) ?? 0, rows[depth]?.top ?? 0];
    return { id, node, depth, x, y, ...card };
  });
  const boxes = new Map(cards.map((box) => [box.id, box]));
  const edges = cards.map((box) => {
    const parent = parents.get(box.id) ?? null;
    const up = parent === null ? undefined : boxes.get(parent);
    const edge = arm.edges.find((one) => one.source === up?.id && one.target === box.id) ?? {
      users: box.node.users_received,
      share: box.node.share_of_entries,
      drop_off: null,
    };
    return edgeLine(up ?? start, box, up?.id ?? null, edge);
  });
  const lowest = cards.map(
    (box) => box.y + box.height + gap.aboveLines + (rows[box.depth]?.corridor ?? 0),
  );
  const gutter = margin.gutter + [...widths.values()].reduce((sum, width) => sum + width, 0);
  const right = Math.max(...[start, ...cards].map((box) => box.x + box.width)) + gutter;
  const bottom = Math.max(start.height, ...lowest) + margin.aboveTotal;
  return {
    width: right + margin.right,
    height: bottom + margin.belowTotal,
    entry: start,
    cards,
    edges,
    conversions: conversionLines(rows, boxes, widths, right, bottom),
    total: { x: right, y: bottom },
  };
}
