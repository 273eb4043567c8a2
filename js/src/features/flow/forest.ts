// Actions as a forest: who follows whom, how deep, and in which column.
import type { Action } from "../../wire/campaign";
import type { Measures } from "./geometry";

export type Parents = Map<string, string | null>;

/** Parents among the ids; an unknown parent, or one that leads back to the card itself, makes it a root. */
export function parentsOf(ids: Set<string>, actions: Action[]): Parents {
  const given = new Map(
    actions.filter((action) => ids.has(action.id)).map((action) => [action.id, action.parent]),
  );
  const result: Parents = new Map();
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

/** Who follows each, in the parents' order; null has the first actions. */
export function childrenOf(parents: Parents): Map<string | null, string[]> {
  const children = new Map<string | null, string[]>();
  for (const [id, up] of parents) children.set(up, [...(children.get(up) ?? []), id]);
  return children;
}

/** How many actions lie before each. */
export function depthsOf(parents: Parents): Map<string, number> {
  const depths = new Map<string, number>();
  const depthOf = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const up = parents.get(id) ?? null;
    const depth = up === null ? 0 : depthOf(up) + 1;
    depths.set(id, depth);
    return depth;
  };
  for (const id of parents.keys()) depthOf(id);
  return depths;
}

/** How far a subtree reaches to the left and to the right of its first card, row by row. */
interface Outline {
  left: number[];
  right: number[];
}

/** Sets subtrees side by side, as near as their outlines let them, below the middle of the first and the last. */
function beside(subtrees: Outline[], step: number): { outline: Outline; places: number[] } {
  const [left, right]: [number[], number[]] = [[], []];
  const places = subtrees.map((one) => {
    const room = one.left.map((x, row) => (right[row] ?? Number.NEGATIVE_INFINITY) + step - x);
    const shift = right.length > 0 ? Math.max(...room) : 0;
    for (const [row, x] of one.left.entries()) left[row] ??= x + shift;
    for (const [row, x] of one.right.entries()) right[row] = x + shift;
    return shift;
  });
  const middle = ((places[0] ?? 0) + (places.at(-1) ?? 0)) / 2;
  const moved = (xs: number[]): number[] => xs.map((x) => x - middle);
  return {
    outline: { left: [0, ...moved(left)], right: [0, ...moved(right)] },
    places: moved(places),
  };
}

/** Left edges: every card stands above the middle of those that follow it, and subtrees as near as their cards allow. */
export function columnsOf(
  parents: Parents,
  { card, gap }: Pick<Measures, "card" | "gap">,
): { left: Map<string, number>; entry: number } {
  const children = childrenOf(parents);
  const offsets = new Map<string, number>();
  const outlineOf = (id: string | null): Outline => {
    const below = children.get(id) ?? [];
    const { outline, places } = beside(below.map(outlineOf), card.width + gap.column);
    for (const [at, child] of below.entries()) offsets.set(child, places[at] ?? 0);
    return outline;
  };
  const entry = 0 - Math.min(...outlineOf(null).left);
  const left = new Map<string, number>();
  const placeBelow = (id: string | null, x: number): void => {
    for (const child of children.get(id) ?? []) {
      const own = x + (offsets.get(child) ?? 0);
      left.set(child, own);
      placeBelow(child, own);
    }
  };
  placeBelow(null, entry);
  return {
    left: new Map([...parents.keys()].map((id) => [id, Math.round(left.get(id) ?? 0)])),
    entry: Math.round(entry),
  };
}
