// The green lines: each card's conversions on their way to the total, in the gaps between rows and in a gutter at the right.
import type { FlowNode } from "../../wire/flow";
import type { CardBox, CardRow, ConversionLine, Measures, RowSum } from "./geometry";
import { Path } from "./path";

/** How thick each card's line is. Small ones stay visible, and many small ones together stay narrow. */
export function conversionWidths(
  nodes: FlowNode[],
  total: number,
  { stroke }: Measures,
): Map<string, number> {
  const converting = nodes.flatMap(({ action_id: id, conversions }): [string, number][] =>
    conversions !== null && conversions > 0 ? [[id, conversions]] : [],
  );
  const least = Math.min(stroke.thin, stroke.allThin / Math.max(1, converting.length));
  return new Map(
    converting.map(([id, count]) => [
      id,
      Math.max(least, (stroke.conversions * count) / Math.max(1, total)),
    ]),
  );
}

/** On to the right along y, then a quarter circle down into the lane at x. */
function turn(path: Path, x: number, y: number, radius: number, quarter: number): Path {
  const handle = radius * quarter;
  return path.line(x - radius, y).curve(x - handle, y, x, y + handle, x, y + radius);
}

/**
 * Every line lies beside its neighbours: in a corridor the leftmost card's is the lowest, in the gutter the upper rows' are
 * further right. New lines always come in from the free side, so none crosses another.
 */
export function conversionLines(
  rows: CardRow[],
  boxes: Map<string, CardBox>,
  widths: Map<string, number>,
  { right, bottom }: { right: number; bottom: number },
  { card, gap, route }: Measures,
): ConversionLine[] {
  const lines: ConversionLine[] = [];
  let lane = right;
  const add = (id: string, width: number, { d, points }: Path): void => {
    lines.push({ id, d, points, width });
  };
  for (const { top, corridor, ids } of rows) {
    const floor = top + card.height + gap.aboveLines + corridor;
    const converting = ids.flatMap((id) => {
      const [box, width] = [boxes.get(id), widths.get(id)];
      return box && width !== undefined ? [{ id, box, width }] : [];
    });
    const last = converting.find(({ id }) => id === ids.at(-1));
    if (last) {
      const { id, box, width } = last;
      const [x, y] = [lane - width / 2, box.y + card.height - route.exit];
      const start = new Path().move(box.x + card.width, y);
      add(id, width, turn(start, x, y, route.bend, route.quarter).line(x, bottom));
      lane -= width;
    }
    let height = 0;
    for (const { id, box, width } of converting) {
      if (id === last?.id) continue;
      const offset = height + width / 2;
      const [right, y, x] = [box.x + card.width, floor - offset, lane - corridor + offset];
      const exit = box.y + card.height - route.exit;
      const half = right + route.join / 2;
      const start =
        route.join > 0
          ? new Path().move(right, exit).curve(half, exit, half, y, right + route.join, y)
          : // Cards so near leave no room between them: the line leaves below.
            new Path().move(right - route.exit, box.y + card.height).line(right - route.exit, y);
      add(id, width, turn(start, x, y, route.innerBend + offset, route.quarter).line(x, bottom));
      height += width;
    }
    lane -= corridor;
  }
  return lines;
}

/** The sum of each row's conversions, and how far down it stands; a row without any has none. */
export function rowSums(
  rows: CardRow[],
  boxes: Map<string, CardBox>,
  { card, gap }: Pick<Measures, "card" | "gap">,
): Omit<RowSum, "x">[] {
  return rows.flatMap(({ top, corridor, ids }) => {
    const counts = ids.map((id) => boxes.get(id)?.node.conversions ?? 0);
    const count = counts.reduce((sum, one) => sum + one, 0);
    const y = top + card.height + gap.aboveLines + corridor + 3;
    return count > 0 ? [{ count, y }] : [];
  });
}
