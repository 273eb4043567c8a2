// Where cards and lines of a campaign's flow stand. The same input gives the same layout on every run.
//
// Columns are those of a tidy tree (forest.ts). Rows are the depth in the forest, so every edge spans exactly one gap between rows, and every
// conversion line runs in such a gap (its corridor) to one gutter at the right: neither can cross a card.
import { compact } from "../../ui/format";
import type { Action } from "../../wire/campaign";
import type { Arm } from "../../wire/flow";
import { conversionLines, conversionWidths, rowSums } from "./conversions";
import { edgeLine } from "./edges";
import { columnsOf, depthsOf, parentsOf } from "./forest";
import {
  type Box,
  type CardBox,
  type CardRow,
  type FlowLayout,
  full,
  type Measures,
} from "./geometry";

/** How wide the words below the total are, about. */
const totalWords = 190;

/** Of a sum: how wide a letter is, how far it stands beside the gutter, and the room that half a share takes before it. */
const sum = { letter: 7.6, beside: 6, share: 42 };

/** Rows from top to bottom; the gap below a row grows with the conversion lines that run in it. */
function rowsOf(
  depths: Map<string, number>,
  left: Map<string, number>,
  widths: Map<string, number>,
  { card, entry, gap }: Measures,
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
export function layoutFlow(arm: Arm, actions: Action[], measures = full): FlowLayout {
  const { card, entry, gap, margin } = measures;
  const known = new Map(arm.nodes.map((node) => [node.action_id, node]));
  const nodes = actions.flatMap(({ id }) => known.get(id) ?? []);
  const parents = parentsOf(new Set(nodes.map((node) => node.action_id)), actions);
  const depths = depthsOf(parents);
  const columns = columnsOf(parents, measures);
  const widths = conversionWidths(nodes, arm.conversions ?? 0, measures);
  const rows = rowsOf(depths, columns.left, widths, measures);
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
    return edgeLine(up ?? start, box, up?.id ?? null, edge, measures);
  });
  const under = ({ y, height, depth }: CardBox): number =>
    y + height + gap.aboveLines + (rows[depth]?.corridor ?? 0);
  const lanes = [...widths.values()].reduce((sum, width) => sum + width, 0);
  const sums = rowSums(rows, boxes, measures);
  // A sum keeps clear of the share in the middle under a small card.
  const words = sums.map(
    ({ count }) => sum.letter * (compact(count).length + 1) + sum.share - card.width / 2,
  );
  const gutter = Math.max(margin.gutter, ...words) + lanes;
  const right = Math.max(...[start, ...cards].map((box) => box.x + box.width)) + gutter;
  // The total stands under the last row that has conversions, unless its words would meet cards further down.
  const from = cards.filter(({ id }) => widths.has(id)).map(under);
  const last = Math.max(start.height, ...(from.length > 0 ? from : cards.map(under)));
  const meets = cards.some((box) => box.y > last && box.x + box.width > right - totalWords);
  const lowest = Math.max(start.height, ...cards.map(under));
  const bottom = (meets ? lowest : last) + margin.aboveTotal;
  return {
    width: right + margin.right,
    height: Math.max(lowest, bottom + margin.belowTotal),
    entry: start,
    cards,
    edges,
    conversions: conversionLines(rows, boxes, widths, { right, bottom }, measures),
    rows: sums.map((one) => ({ ...one, x: right - lanes - sum.beside })),
    total: { x: right, y: bottom },
  };
}
