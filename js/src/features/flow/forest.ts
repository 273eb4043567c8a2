// Actions as a forest: who follows whom, how deep, and in which column.
import { layout as dagre, graphlib } from "@dagrejs/dagre";
import type { Action } from "../../wire/campaign";
import type { Measures } from "./geometry";

type Parents = Map<string, string | null>;

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

/** Left edges by dagre; ids are prefixed, so that no action can be called like the entry node. */
export function columnsOf(
  parents: Parents,
  { card, entry, gap }: Measures,
): { left: Map<string, number>; entry: number } {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: gap.column, ranksep: gap.row, edgesep: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  graph.setNode("entry", { ...entry });
  for (const id of parents.keys()) graph.setNode(`a:${id}`, { ...card });
  for (const [id, up] of parents) graph.setEdge(up === null ? "entry" : `a:${up}`, `a:${id}`);
  // Without its crossing heuristic dagre keeps the campaign's own order; a forest has no crossings to remove.
  dagre(graph, { disableOptimalOrderHeuristic: true });
  const place = (name: string): number =>
    Math.round((graph.node(name) as { x: number }).x - card.width / 2);
  const places = [...parents.keys()].map((id): [string, number] => [id, place(`a:${id}`)]);
  const shift = Math.min(place("entry"), ...places.map(([, x]) => x));
  return {
    left: new Map(places.map(([id, x]) => [id, x - shift])),
    entry: place("entry") - shift,
  };
}
