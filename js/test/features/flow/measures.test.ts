// The layout of small flows, worked out by hand. Cards are 188 by 96, the entry 188 by 36.
import { describe, expect, it } from "vitest";
import { conversionWidths } from "../../../src/features/flow/conversions";
import { edgeLine, strands } from "../../../src/features/flow/edges";
import { columnsOf, depthsOf, parentsOf } from "../../../src/features/flow/forest";
import { type CardBox, full } from "../../../src/features/flow/geometry";
import { layoutFlow } from "../../../src/features/flow/layout";
import { Path } from "../../../src/features/flow/path";
import { placeArms, placeWithin, withHeldBack } from "../../../src/features/flow/placement";
import { reach } from "../../../src/features/flow/variants";
import { armColour } from "../../../src/ui/arms";
import type { Action, Campaign } from "../../../src/wire/campaign";
import type { Arm, FlowEdge, FlowNode } from "../../../src/wire/flow";

const action = (id: string, parent: string | null): Action => ({
  id,
  parent,
  name: id,
  channel: "email",
  template: null,
  trigger: null,
  delay_ms: 0,
  variant: null,
  guessed: false,
  copy: {},
  settings: {},
});
const node = (id: string, received: number | null, conversions: number | null): FlowNode => ({
  action_id: id,
  users_received: received,
  conversions,
  share_of_entries: received === null ? null : received / 100,
});
const edge = (source: string, target: string, users: number | null, share: number | null) =>
  ({ source, target, users, share, drop_off: share === null ? null : 1 - share }) as FlowEdge;
const armOf = (nodes: FlowNode[], edges: FlowEdge[], conversions: number | null): Arm => ({
  id: null,
  label: "",
  entries: 100,
  conversions,
  unattributed: 0,
  open: 0,
  nodes,
  edges,
});

/** Numbers of a path, to a hundredth. */
const numbers = (d: string): number[] =>
  [...d.matchAll(/-?[\d.]+/g)].map(([text]) => Math.round(Number(text) * 100) / 100);

const family = [action("a", null), action("b", "a"), action("c", "a")];
const arm = armOf(
  [node("a", 80, 10), node("b", 40, 5), node("c", 20, 5)],
  [edge("a", "b", 40, 0.5), edge("a", "c", 20, 0.25)],
  20,
);

describe("a card with two after it", () => {
  const layoutOf = () => layoutFlow(arm, family);

  it("stands above their middle, a row apart", () => {
    const layout = layoutOf();
    expect(layout.cards.map(({ id, x, y, depth }) => [id, x, y, depth])).toEqual([
      ["a", 111, 60, 0],
      ["b", 0, 220, 1],
      ["c", 222, 220, 1],
    ]);
    expect(layout.entry).toEqual({ x: 111, y: 0, width: 188, height: 36 });
    // Three lines of 7, 3.5 and 3.5 in the gutter; below the lowest cards 9, a corridor of 3.5, and 24.
    expect(layout.total).toEqual({ x: 464, y: 352.5 });
    expect([layout.width, layout.height]).toEqual([488, 436.5]);
  });
  it("has edges as thick as the share that was sent on, 12 at most", () => {
    const layout = layoutOf();
    expect(layout.edges.map(({ source, target, width }) => [source, target, width])).toEqual([
      [null, "a", 12 * 0.8],
      ["a", "b", 6],
      ["a", "c", 3],
    ]);
    expect(layout.edges.map(({ d }) => numbers(d))).toEqual([
      [205, 36, 205, 48, 205, 48, 205, 60],
      [205, 156, 205, 188, 94, 188, 94, 220],
      [205, 156, 205, 188, 316, 188, 316, 220],
    ]);
    // The share stands 24 above the card that it leads to.
    expect(layout.edges[1]!.label.y).toBeCloseTo(196, -1);
    expect(layout.edges[1]!).toMatchObject({ users: 40, share: 0.5, drop_off: 0.5, idle: false });
    expect(layout.edges[0]!).toMatchObject({ users: 80, share: 0.8, drop_off: null });
  });
  it("leads its conversions to the total, and theirs beside them", () => {
    const layout = layoutOf();
    expect(layout.conversions.map(({ id, width }) => [id, width])).toEqual([
      ["a", 7],
      ["c", 3.5],
      ["b", 3.5],
    ]);
    expect(layout.conversions.map(({ d }) => numbers(d))).toEqual([
      [299, 138, 444.5, 138, 453.34, 138, 460.5, 145.16, 460.5, 154, 460.5, 352.5],
      [410, 298, 439.25, 298, 448.09, 298, 455.25, 305.16, 455.25, 314, 455.25, 352.5],
      [
        ...[188, 298, 202, 298, 202, 326.75, 216, 326.75],
        ...[442, 326.75, 447.38, 326.75, 451.75, 331.12, 451.75, 336.5, 451.75, 352.5],
      ],
    ]);
  });
  it("carries the sum of each row beside the gutter, under the row's lines", () => {
    expect(layoutOf().rows).toEqual([
      { count: 10, x: 464 - 14 - 6, y: 60 + 96 + 9 + 3 },
      { count: 10, x: 464 - 14 - 6, y: 220 + 96 + 9 + 3.5 + 3 },
    ]);
  });
  it("leaves out what an arm does not have, and takes what it is silent of from the card", () => {
    const alone = layoutFlow(armOf([node("b", 40, 0), node("a", 80, 0)], [], null), family);
    expect(alone.cards.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(alone.edges[1]!).toMatchObject({ source: "a", users: 40, share: 0.4, drop_off: null });
    expect(alone.conversions).toEqual([]);
    expect(alone.total).toEqual({ x: 188 + 40, y: 220 + 96 + 9 + 24 });
  });
  it("is nothing but an entry where there are no cards", () => {
    const empty = layoutFlow(armOf([], [], 0), []);
    expect(empty.total).toEqual({ x: 188 + 40, y: 36 + 24 });
    expect([empty.width, empty.height]).toEqual([188 + 40 + 24, 36 + 24 + 84]);
  });
});

describe("rows", () => {
  it("make room for the lines that run below them", () => {
    const wide = [action("a", null), action("b", null), action("c", null), action("d", "c")];
    const nodes = wide.map(({ id }) => node(id, 100, 10));
    const layout = layoutFlow(armOf(nodes, [], 10), wide);
    // Two lines of 14 run below the first row: 9 + 28 + 48 is more than the 64 that a gap is at least.
    expect(layout.cards.map(({ y }) => y)).toEqual([60, 60, 60, 60 + 96 + 85]);
    const [, , b] = layout.conversions;
    // The leftmost card's line is the lowest.
    expect(layout.conversions.map(({ id }) => id)).toEqual(["c", "a", "b", "d"]);
    expect(numbers(layout.conversions[1]!.d)[7]).toBe(60 + 96 + 9 + 28 - 7);
    expect(numbers(b!.d)[7]).toBe(60 + 96 + 9 + 28 - 21);
    // In the gutter the upper row's are further right.
    const ends = layout.conversions.map(({ points }) => points.at(-1)!.x);
    expect(ends.map((x) => layout.total.x - x)).toEqual([7, 35, 21, 49]);
  });
});

describe("parents", () => {
  it("are those in the arm; what leads back to itself begins anew", () => {
    const actions = [action("a", "c"), action("b", "a"), action("c", "b"), action("d", "c")];
    const all = new Set(["a", "b", "c", "d"]);
    expect([...parentsOf(all, actions)]).toEqual([
      ["a", null],
      ["b", null],
      ["c", null],
      ["d", null],
    ]);
    expect([...parentsOf(new Set(["b", "d"]), actions)]).toEqual([
      ["b", null],
      ["d", null],
    ]);
    const line = [action("a", null), action("b", "a"), action("c", "b")];
    const parents = parentsOf(new Set(["c", "b", "a"]), line);
    expect([...parents]).toEqual([
      ["c", "b"],
      ["b", "a"],
      ["a", null],
    ]);
    expect([...depthsOf(parents)]).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
    ]);
  });
  it("give columns from 0 on, 34 apart", () => {
    const { left, entry } = columnsOf(
      new Map([
        ["a", null],
        ["b", null],
        ["c", "b"],
      ]),
      full,
    );
    expect([...left]).toEqual([
      ["a", 0],
      ["b", 222],
      ["c", 222],
    ]);
    expect(entry).toBe(111);
  });
});

describe("an edge", () => {
  const box = { x: 0, y: 0, width: 188, height: 84 };
  const target: CardBox = { id: "t", node: node("t", 1, 0), depth: 1, ...box, y: 148 };
  const width = (users: number | null, share: number | null): number =>
    edgeLine(box, target, "s", { users, share, drop_off: null }).width;

  it("is thin where little or nothing was sent, and never thicker than 12", () => {
    expect(width(10, 0.01)).toBe(1.5);
    expect(width(10, 0.5)).toBe(6);
    expect(width(10, 3)).toBe(12);
    expect(width(10, null)).toBe(1.5);
    expect(width(0, 1)).toBe(1.5);
    expect(width(null, 1)).toBe(12);
  });
  it("is idle where nobody came along it, not where that is unknown", () => {
    const idle = (users: number | null): boolean =>
      edgeLine(box, target, "s", { users, share: null, drop_off: null }).idle;
    expect([idle(0), idle(1), idle(null), idle(-1)]).toEqual([true, false, false, true]);
  });
  it("has its label on the line, 24 above its end", () => {
    const { label, points } = edgeLine(box, target, "s", { users: 1, share: 1, drop_off: 0 });
    expect(points).toContainEqual(label);
    const nearest = Math.min(...points.map(({ y }) => Math.abs(y - (148 - 24))));
    expect(Math.abs(label.y - (148 - 24))).toBe(nearest);
  });
});

describe("strands", () => {
  const lineOf = () => layoutFlow(arm, family).edges[1]!;
  const of = (share: number | null, users = 1): Arm =>
    armOf([node("b", users, 0)], [edge("a", "b", users, share)], 0);

  it("lie side by side, as thick as each variant's own share, 16 together", () => {
    const found = strands(lineOf(), [of(1), of(0.5)]);
    expect(found.map(({ index, width }) => [index, width])).toEqual([
      [0, 8],
      [1, 4],
    ]);
    // The middle of the edge is at 205 at its start: 12 wide in all, from 199 to 211.
    expect(found.map(({ d }) => numbers(d)[0])).toEqual([203, 209]);
    expect(numbers(found[0]!.d)).toEqual([203, 156, 203, 186, 92, 186, 92, 220]);
  });
  it("stay visible, and are not drawn where nothing was sent", () => {
    expect(strands(lineOf(), [of(0.001), of(0), of(null)]).map(({ width }) => width)).toEqual([
      1.5, 0, 0,
    ]);
    expect(strands(lineOf(), [of(7)]).map(({ width }) => width)).toEqual([16]);
    const eight = Array.from({ length: 8 }, () => of(1));
    expect(strands(lineOf(), eight)[0]!.width).toBe(3);
    expect(strands(lineOf(), [...eight, ...eight])[0]!.width).toBe(3);
  });
  it("of an arm without the edge show what its card received", () => {
    const silent = armOf([node("b", 30, 0)], [edge("a", "c", 9, 0.9), edge("x", "b", 9, 0.9)], 0);
    expect(strands(lineOf(), [silent])[0]!.edge).toEqual({ users: 30, share: 0.3, drop_off: null });
    expect(strands(lineOf(), [armOf([], [], 0)])[0]!.edge).toEqual({
      users: 0,
      share: 0,
      drop_off: null,
    });
    expect(strands(lineOf(), [of(0.5, 7)])[0]!.edge).toMatchObject({ users: 7, share: 0.5 });
  });
});

describe("widths of conversions", () => {
  const widths = (counts: (number | null)[], total: number): number[] => [
    ...conversionWidths(
      counts.map((count, at) => node(String(at), 1, count)),
      total,
      full,
    ).values(),
  ];
  it("share 14 by their part of all, and stay visible", () => {
    expect(widths([10, 30], 40)).toEqual([3.5, 10.5]);
    expect(widths([1, 999], 1000)).toEqual([1.5, 14 * 0.999]);
    expect(widths([3, null, 0], 0)).toEqual([42]);
  });
  it("are narrower where there are many", () => {
    const many = widths(
      Array.from({ length: 40 }, () => 1),
      10_000,
    );
    expect(many[0]).toBe(0.5);
  });
});

describe("a path", () => {
  it("is drawn, and known point by point", () => {
    const path = new Path().move(0, 0).line(24, 48).curve(24, 60, 36, 60, 36, 72);
    expect(path.d).toBe("M0 0L24 48C24 60 36 60 36 72");
    expect(path.points).toHaveLength(1 + 24 + 24);
    expect(path.points[1]).toEqual({ x: 1, y: 2 });
    expect(path.points[24]).toEqual({ x: 24, y: 48 });
    // Half-way along the curve.
    expect(path.points[36]).toEqual({ x: 30, y: 60 });
    expect(path.points[30]!.x).toBeCloseTo(25.875, 6);
    expect(path.points[30]!.y).toBeCloseTo(55.125, 6);
    expect(path.end).toEqual({ x: 36, y: 72 });
    expect(new Path().end).toEqual({ x: 0, y: 0 });
  });
});

describe("several arms", () => {
  const campaign = { actions: family } as Campaign;
  it("stand beside one another, 56 apart, below their titles", () => {
    const { placed, width, height, top } = placeArms([arm, arm], campaign);
    expect(placed.map(({ left }) => left)).toEqual([16, 16 + 488 + 56]);
    expect([width, height, top]).toEqual([16 + 488 + 56 + 488 + 16, 436.5 + 28 + 8, 28]);
  });
  it("stand on compact cards where full ones could not be read", () => {
    const room = placeArms([arm], campaign);
    expect(placeWithin(room, [arm], campaign, true).isCompact).toBe(false);
    const less = { ...room, width: room.width * 0.85 };
    const narrow = placeWithin(less, [arm], campaign, true);
    expect(narrow.isCompact).toBe(true);
    expect(narrow.placed[0]!.layout.cards[0]).toMatchObject({ width: 128, height: 78 });
    // Numbers of several variants on one card need its width; a box not drawn yet has no width to fit.
    expect(placeWithin(less, [arm], campaign, false).isCompact).toBe(false);
    expect(placeWithin({ ...room, width: 0 }, [arm], campaign, true).isCompact).toBe(false);
    for (const [share, isCompact] of [
      [0.76, false],
      [0.74, true],
    ] as const) {
      const low = { ...room, height: room.height * share };
      expect(placeWithin(low, [arm], campaign, true).isCompact).toBe(isCompact);
    }
  });
  it("need no title where there is one", () => {
    const { placed, width, height, top } = placeArms([arm], campaign);
    expect([placed[0]!.left, width, height, top]).toEqual([16, 16 + 488 + 16, 444.5, 0]);
    expect(placeArms([], campaign).height).toBe(8);
  });
  it("has room for who was held back beside the entry, however narrow the flow is", () => {
    const first = { ...campaign, actions: campaign.actions.slice(0, 1) };
    const chain = placeArms([arm], first);
    const { left, layout } = chain.placed[0]!;
    const wide = withHeldBack(chain);
    expect(wide.width).toBeGreaterThan(chain.width);
    expect(wide.width - left - layout.entry.x - layout.entry.width).toBeGreaterThanOrEqual(120);
    expect(withHeldBack(wide).width).toBe(wide.width);
    const none = placeArms([], campaign);
    expect(withHeldBack(none)).toBe(none);
  });
});

describe("a variant", () => {
  it("has a colour of its own, green last", () => {
    expect([0, 1, 2, 6, 7, 8].map(armColour)).toEqual(
      [1, 2, 4, 8, 3, 1].map((n) => `var(--rw-group-${n})`),
    );
  });
  it("reached an action with a share of its entries", () => {
    expect(reach(arm, "b")).toBe(0.4);
    expect(reach(arm, "gone")).toBeNull();
  });
});
