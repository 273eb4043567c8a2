// Parts of a large flow folded away: a card in the place of all that follow an action, with their sums.
import type { Action } from "../../wire/campaign";
import type { Arm, FlowEdge, FlowNode } from "../../wire/flow";
import { childrenOf, depthsOf, type Parents, parentsOf } from "./forest";

/** All actions after one, in the place of which one card stands. */
export interface Fold {
  parent: string;
  ids: string[];
}

export interface FoldedArm {
  arm: Arm;
  actions: Action[];
  /** By the id of the card. */
  folds: Map<string, Fold>;
}

type Children = ReadonlyMap<string | null, string[]>;

export interface Forest {
  parents: Parents;
  children: Children;
  depths: Map<string, number>;
}

/** The forest of an arm's actions, in the campaign's order. */
export function forestOf(arm: Pick<Arm, "nodes">, actions: Action[]): Forest {
  const known = new Set(arm.nodes.map((node) => node.action_id));
  const ids = actions.map(({ id }) => id).filter((id) => known.has(id));
  const parents = parentsOf(new Set(ids), actions);
  return { parents, children: childrenOf(parents), depths: depthsOf(parents) };
}

/** All that follow an action, depth first. */
export function below(id: string, children: Children): string[] {
  return (children.get(id) ?? []).flatMap((one) => [one, ...below(one, children)]);
}

/** From a first action to this one, both included; empty for one that is not there. */
export function wayTo(id: string | null, parents: Parents): string[] {
  const way: string[] = [];
  for (let at = id; at !== null && parents.has(at); at = parents.get(at) ?? null) way.unshift(at);
  return way;
}

/** What is folded where everything after the step of a number is: 1 leaves the first actions only. */
export function foldedAfter(step: number, { children, depths }: Forest): Set<string> {
  const last = [...depths].filter(([id, depth]) => depth === step - 1 && children.has(id));
  return new Set(last.map(([id]) => id));
}

/** One step further: those after it are there, and what follows them is folded. */
export function opened(
  folded: ReadonlySet<string>,
  id: string,
  children: Children,
): ReadonlySet<string> {
  if (!folded.has(id)) return folded;
  const next = new Set(folded);
  next.delete(id);
  for (const one of children.get(id) ?? []) if (children.has(one)) next.add(one);
  return next;
}

/** The same with the way to an action open, and nothing else. */
export function openedTo(
  folded: ReadonlySet<string>,
  id: string | null,
  { parents, children }: Forest,
): ReadonlySet<string> {
  return wayTo(id, parents)
    .slice(0, -1)
    .reduce((before, one) => opened(before, one, children), folded);
}

/** How many cards stand there, those in the place of others included. */
export function visible(folded: ReadonlySet<string>, { children }: Forest): number {
  const count = (id: string | null): number =>
    (children.get(id) ?? []).reduce(
      (sum, one) => sum + 1 + (folded.has(one) && children.has(one) ? 1 : count(one)),
      0,
    );
  return count(null);
}

/** From how many cards on a flow is folded. */
export const mostCards = 24;

/**
 * Nothing where all have room; else as few rows as need to be, from the deepest up, and of these again what has room. Two
 * rows always stay.
 */
export function foldedToFit(
  forest: Forest,
  fits: (folded: ReadonlySet<string>) => boolean,
): ReadonlySet<string> {
  const rows = Math.max(0, ...forest.depths.values()) + 1;
  const good = (folded: ReadonlySet<string>): boolean =>
    visible(folded, forest) <= mostCards && fits(folded);
  let folded: ReadonlySet<string> = new Set();
  for (let step = rows - 1; !good(folded) && step >= 2; step--) folded = foldedAfter(step, forest);
  if (!good(folded)) return folded;
  for (const id of folded) {
    const more = opened(folded, id, forest.children);
    if (good(more)) folded = more;
  }
  return folded;
}

/** Of what is folded at one scale, or at two, the larger first: that one, unless it costs more than half of the cards. */
export function mostInSight(
  forest: Forest,
  [large, small]: ReadonlySet<string>[],
): ReadonlySet<string> {
  const first = large ?? new Set<string>();
  const other = small ?? first;
  return visible(first, forest) * 2 >= visible(other, forest) ? first : other;
}

const sum = (values: (number | null)[]): number | null =>
  values.some((value) => value === null)
    ? null
    : values.reduce<number>((all, one) => all + (one ?? 0), 0);

/**
 * The numbers of a fold. Conversions add up, as each is attributed to one action; users do not: one may have received several.
 * Who came into it is known where a single action leads there.
 */
function foldNode(card: string, nodes: FlowNode[], first: FlowNode[]): FlowNode {
  const idle = nodes.every(({ users_received: received }) => received === 0);
  const [only] = first.length === 1 ? first : [];
  return {
    action_id: card,
    users_received: only ? only.users_received : idle ? 0 : null,
    conversions: sum(nodes.map(({ conversions }) => conversions)),
    share_of_entries: only?.share_of_entries ?? null,
  };
}

/** An arm as it is drawn: without what is folded, and with a card in its place. */
export function foldArm(
  arm: Arm,
  actions: Action[],
  folded: ReadonlySet<string>,
  forest: Forest,
): FoldedArm {
  const { parents, children } = forest;
  const nodes = new Map(arm.nodes.map((node) => [node.action_id, node]));
  const edges = new Map(arm.edges.map((edge) => [edge.target, edge]));
  const folds = new Map<string, Fold>();
  const hidden = new Set<string>();
  const cards = new Map<string, { node: FlowNode; edge: FlowEdge }>();
  for (const parent of parents.keys()) {
    const isInside = wayTo(parent, parents).some((one) => one !== parent && folded.has(one));
    if (!folded.has(parent) || isInside) continue;
    const ids = below(parent, children);
    if (ids.length === 0) continue;
    let card = `+${parent}`;
    while (parents.has(card)) card = `+${card}`;
    const first = children.get(parent) ?? [];
    const of = (all: string[]): FlowNode[] => all.flatMap((id) => nodes.get(id) ?? []);
    const node = foldNode(card, of(ids), of(first));
    const known = first.length === 1 ? edges.get(first[0] ?? "") : undefined;
    const edge = known ?? { users: node.users_received, share: null, drop_off: null };
    for (const id of ids) hidden.add(id);
    folds.set(card, { parent, ids });
    cards.set(first[0] ?? "", { node, edge: { ...edge, source: parent, target: card } });
  }
  const shown = actions.flatMap((action): Action[] => {
    const card = cards.get(action.id);
    if (card)
      return [{ ...action, id: card.node.action_id, parent: card.edge.source, trigger: null }];
    return hidden.has(action.id) ? [] : [action];
  });
  const made = [...cards.values()];
  return {
    arm: {
      ...arm,
      nodes: [
        ...arm.nodes.filter(({ action_id: id }) => !hidden.has(id)),
        ...made.map(({ node }) => node),
      ],
      edges: [
        ...arm.edges.filter(({ target }) => !hidden.has(target)),
        ...made.map(({ edge }) => edge),
      ],
    },
    actions: shown,
    folds,
  };
}
