// Large flows: what is folded, what is found, and where keys lead.
import { describe, expect, it } from "vitest";
import columns from "../../../../tests/support/flow_columns.json";
import { neighbour } from "../../../src/features/flow/card_keys";
import { found, split } from "../../../src/features/flow/find";
import {
  below,
  foldArm,
  foldedAfter,
  foldedToFit,
  forestOf,
  mostCards,
  mostInSight,
  opened,
  openedTo,
  visible,
  wayTo,
} from "../../../src/features/flow/fold";
import { columnsOf } from "../../../src/features/flow/forest";
import { full } from "../../../src/features/flow/geometry";
import { layoutFlow } from "../../../src/features/flow/layout";
import { armOf, forest as random } from "../../support/fixture";

//  a ── b ── d ── f        c ── e
const { actions: made } = random(6, 1);
const parents: Record<string, string | null> = { a: null, b: "a", c: null, d: "b", e: "c", f: "d" };
const actions = Object.entries(parents).map(([id, parent], at) => ({
  ...made[at]!,
  id,
  parent,
  name: id,
}));
const arm = armOf(null, "Everybody", 1, actions, {
  a: [90, 9],
  b: [50, 5],
  c: [10, 1],
  d: [20, 2],
  e: [4, 3],
  f: [6, 4],
});
const forest = forestOf(arm, actions);

describe("a fold", () => {
  it("stands in the place of all that follow, with the sum of their conversions", () => {
    const shown = foldArm(arm, actions, new Set(["b", "c"]), forest);
    expect(shown.actions.map(({ id }) => id)).toEqual(["a", "b", "c", "+b", "+c"]);
    expect(shown.folds.get("+b")).toEqual({ parent: "b", ids: ["d", "f"] });
    const nodes = new Map(shown.arm.nodes.map((node) => [node.action_id, node]));
    // A single action leads into it, so who came is known: d's 20; d and f together converted 6.
    expect(nodes.get("+b")).toMatchObject({ users_received: 20, conversions: 6 });
    const all = [...nodes.values()].reduce((sum, one) => sum + (one.conversions ?? 0), 0);
    expect(all).toBe(9 + 5 + 1 + 2 + 3 + 4);
    const edge = arm.edges.find(({ target }) => target === "d")!;
    expect(shown.arm.edges.find(({ target }) => target === "+b")).toEqual({
      ...edge,
      target: "+b",
    });
  });
  it("tells no users where several actions lead into it: one may have received two of them", () => {
    const both = actions.map((one) => (one.id === "c" ? { ...one, parent: "a" } : one));
    const shown = foldArm(arm, both, new Set(["a"]), forestOf(arm, both));
    const node = shown.arm.nodes.find(({ action_id: id }) => id === "+a");
    expect(node).toMatchObject({ users_received: null, conversions: 15, share_of_entries: null });
  });
  it("keeps its sum back where one of its counts is kept back, and is idle where all are", () => {
    const kept = { ...arm, nodes: arm.nodes.map((node) => ({ ...node })) };
    kept.nodes.find(({ action_id: id }) => id === "f")!.conversions = null;
    const shown = foldArm(kept, actions, new Set(["b"]), forest);
    expect(shown.arm.nodes.find(({ action_id: id }) => id === "+b")!.conversions).toBeNull();
    for (const node of kept.nodes) node.users_received = 0;
    const idle = foldArm(kept, actions, new Set(["a"]), forest);
    expect(idle.arm.nodes.find(({ action_id: id }) => id === "+a")!.users_received).toBe(0);
  });
  it("inside another is not drawn, and an action may be called like one", () => {
    const named = [...actions, { ...made[0]!, id: "+a", parent: null }];
    const more = { ...arm, nodes: [...arm.nodes, { ...arm.nodes[0]!, action_id: "+a" }] };
    const shown = foldArm(more, named, new Set(["a", "b", "d"]), forestOf(more, named));
    expect([...shown.folds.keys()]).toEqual(["++a"]);
    expect(shown.arm.nodes.map(({ action_id: id }) => id).sort()).toEqual([
      "++a",
      "+a",
      "a",
      "c",
      "e",
    ]);
  });
  it("opens by one row, and on the way to what is looked for", () => {
    const all = foldedAfter(1, forest);
    expect([...all]).toEqual(["a", "c"]);
    expect(visible(all, forest)).toBe(4);
    expect([...opened(all, "a", forest.children)].sort()).toEqual(["b", "c"]);
    expect([...openedTo(all, "d", forest)].sort()).toEqual(["c", "d"]);
    expect(openedTo(all, "c", forest)).toBe(all);
    expect(openedTo(all, "gone", forest)).toBe(all);
    expect(wayTo("f", forest.parents)).toEqual(["a", "b", "d", "f"]);
    expect(below("a", forest.children)).toEqual(["b", "d", "f"]);
  });
  it("is made where a flow is too large, from the deepest row up, and two rows stay", () => {
    // Three branches of which each step has two after it, in eight rows: 3, 6, 12, 24 …
    const rows = Array.from({ length: 8 }, (_, depth) => 3 * 2 ** depth);
    const grown = rows.flatMap((count, depth) =>
      Array.from({ length: count }, (_, at) => ({
        ...made[0]!,
        id: `${depth}-${at}`,
        parent: depth === 0 ? null : `${depth - 1}-${Math.floor(at / 2)}`,
      })),
    );
    const counts = Object.fromEntries(grown.map(({ id }) => [id, [1, 0] as [number, number]]));
    const whole = forestOf(armOf(null, "", 1, grown, counts), grown);
    // Of the first two rows each card of the second has its fold: 3 + 6 + 6.
    const rowwise = foldedToFit(whole, () => false);
    expect([rowwise.size, visible(rowwise, whole)]).toEqual([6, 15]);
    expect(rowwise).toEqual(foldedAfter(2, whole));
    // Three of the folds open to two cards with a fold each before there are more than has room.
    const folded = foldedToFit(whole, () => true);
    expect([folded.size, visible(folded, whole)]).toEqual([9, mostCards]);
    expect(foldedToFit(whole, (which) => visible(which, whole) <= 15)).toEqual(rowwise);
    // Larger letters may cost half of the cards, as 15 of 24 do, but not more, as 6 do.
    expect(mostInSight(whole, [rowwise, folded])).toBe(rowwise);
    expect(mostInSight(whole, [foldedAfter(1, whole), folded])).toBe(folded);
    expect(foldedToFit(forest, () => true).size).toBe(0);
    expect([...foldedToFit(forest, (which) => which.has("b"))]).toEqual(["b"]);
    expect(mostCards).toBe(24);
  });
});

describe("columns", () => {
  it.each(columns)("of $name are those of the pictures, too", ({ parents: of, left, entry }) => {
    const made = columnsOf(new Map(Object.entries(of)), full);
    expect(Object.fromEntries(made.left)).toEqual(left);
    expect(made.entry).toBe(entry);
  });
});

describe("finding", () => {
  const names = ["Basket left", "Kórb, Erinnerung", "Last call for your basket"];
  const all = names.map((name, at) => ({ id: String(at), name }));
  it("is by any part of the name, whatever its capitals and accents", () => {
    expect(found("basket", all)).toEqual(["0", "2"]);
    expect(found(" KORB ", all)).toEqual(["1"]);
    expect(found("", all)).toEqual([]);
    expect(found("x", all)).toEqual([]);
  });
  it("marks what was found", () => {
    expect(split("Last call for your basket", "BASK")).toEqual([
      "Last call for your ",
      "bask",
      "et",
    ]);
    expect(split("Kórb, Erinnerung", "rb")).toEqual(["Kó", "rb", ", Erinnerung"]);
    expect(split("Kórb", "ko")).toEqual(["", "Kó", "rb"]);
    expect(split("Basket", "x")).toEqual(["Basket", "", ""]);
    expect(split("Basket", " ask ")).toEqual(["B", "ask", "et"]);
    // What is begun and not gone on with is nothing; nor is what would go on behind the end.
    expect(split("aab", "ab")).toEqual(["a", "ab", ""]);
    expect(split("Basket", "etundefined")).toEqual(["Basket", "", ""]);
    expect(split("Basket", "")).toEqual(["Basket", "", ""]);
  });
});

describe("arrows", () => {
  it("lead along edges and within a row", () => {
    const { cards, edges } = layoutFlow(arm, actions);
    const from = (id: string, key: string): string | null =>
      neighbour(
        key,
        cards.find((box) => box.id === id)!,
        cards,
        new Map(edges.map(({ source, target }) => [target, source])),
      );
    expect(from("a", "ArrowDown")).toBe("b");
    expect(from("b", "ArrowUp")).toBe("a");
    expect(from("a", "ArrowUp")).toBeNull();
    expect(from("f", "ArrowDown")).toBeNull();
    expect(from("a", "ArrowRight")).toBe("c");
    expect(from("c", "ArrowRight")).toBeNull();
    expect(from("e", "ArrowLeft")).toBe("b");
    expect(from("c", "Home")).toBe("a");
    expect(from("a", "End")).toBe("c");
    expect(from("a", "x")).toBeNull();
  });
});
