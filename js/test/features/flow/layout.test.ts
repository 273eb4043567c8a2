import { describe, expect, it } from "vitest";
import { compact, type FlowLayout, full } from "../../../src/features/flow/geometry";
import { layoutFlow } from "../../../src/features/flow/layout";
import type { Action } from "../../../src/wire/campaign";
import type { Arm } from "../../../src/wire/flow";
import { armOf, forest, random } from "../../support/fixture";

const sizes = [1, 2, 3, 6, 12, 25, 60];

const { card } = full;

function layoutOf(count: number, seed: number, measures = full): FlowLayout {
  const { actions, counts } = forest(count, seed);
  return layoutFlow(armOf(null, "Everybody", 1, actions, counts), actions, measures);
}

/** Points of a line that lie inside a card, half the line's thickness included; its own ends touch and do not count. */
function crossings(layout: FlowLayout): string[] {
  const found: string[] = [];
  const check = (
    name: string,
    own: (string | null)[],
    points: { x: number; y: number }[],
    width: number,
  ): void => {
    for (const box of layout.cards) {
      const reach = own.includes(box.id) ? -0.01 : width / 2;
      for (const { x, y } of points) {
        if (
          x > box.x - reach &&
          x < box.x + box.width + reach &&
          y > box.y - reach &&
          y < box.y + box.height + reach
        ) {
          found.push(`${name} crosses ${box.id} at ${x},${y}`);
          break;
        }
      }
    }
  };
  for (const edge of layout.edges)
    check(`edge to ${edge.target}`, [edge.source, edge.target], edge.points, edge.width);
  for (const line of layout.conversions)
    check(`green of ${line.id}`, [line.id], line.points, line.width);
  return found;
}

describe("layoutFlow", () => {
  it.each(sizes.flatMap((size) => [1, 2, 3, 4, 5, 6].map((seed) => [size, seed] as const)))(
    "of %d cards (seed %d) lets no line cross a card",
    (size, seed) => {
      for (const measures of [full, compact]) {
        const layout = layoutOf(size, seed * 1009 + size, measures);
        expect(layout.cards).toHaveLength(size);
        expect(crossings(layout)).toEqual([]);
      }
    },
  );

  it("keeps cards apart and inside the drawing", () => {
    for (const size of sizes) {
      const layout = layoutOf(size, size);
      for (const a of layout.cards) {
        expect(a.x).toBeGreaterThanOrEqual(0);
        expect(a.x + card.width).toBeLessThan(layout.width);
        expect(a.y + card.height).toBeLessThan(layout.height);
        for (const b of layout.cards) {
          if (a !== b)
            expect(
              Math.abs(a.x - b.x) >= card.width + 20 || Math.abs(a.y - b.y) >= card.height + 40,
            ).toBe(true);
        }
      }
    }
  });

  it("keeps green lines beside each other, adding up to the total", () => {
    const layout = layoutOf(25, 4);
    const ends = layout.conversions
      .map((line) => ({ x: line.points.at(-1)!.x, width: line.width }))
      .sort((a, b) => a.x - b.x);
    for (const [i, end] of ends.slice(1).entries())
      expect(end.x - ends[i]!.x).toBeGreaterThanOrEqual((end.width + ends[i]!.width) / 2 - 1e-6);
    expect(layout.conversions.every((line) => line.points.at(-1)!.y === layout.total.y)).toBe(true);
  });

  it("gives the same layout on every run, in the campaign's own order", () => {
    expect(JSON.stringify(layoutOf(30, 8))).toBe(JSON.stringify(layoutOf(30, 8)));
    const { actions, counts } = forest(1, 1);
    const children: Action[] = ["b", "c", "d"].map((id) => ({ ...actions[0]!, id, parent: "n0" }));
    const all = [actions[0]!, ...children];
    const layout = layoutFlow(
      armOf(null, "", 1, all, { ...counts, b: [3, 0], c: [2, 0], d: [1, 0] }),
      all,
    );
    expect([...layout.cards].sort((p, q) => p.y - q.y || p.x - q.x).map((box) => box.id)).toEqual([
      "n0",
      "b",
      "c",
      "d",
    ]);
  });

  it("takes unknown parents and circles for roots", () => {
    const { actions, counts } = forest(3, 2);
    const broken = [
      { ...actions[0]!, parent: "n1" },
      { ...actions[1]!, parent: "n0" },
      { ...actions[2]!, parent: "gone" },
    ];
    const layout = layoutFlow(armOf(null, "", 1, broken, counts), broken);
    expect(layout.cards).toHaveLength(3);
    expect(layout.cards.every((box) => Number.isFinite(box.x) && Number.isFinite(box.y))).toBe(
      true,
    );
  });

  it("draws nothing for no actions, and ids like its own for what they are", () => {
    const empty: Arm = {
      id: null,
      label: "",
      entries: 0,
      conversions: 0,
      unattributed: 0,
      open: 0,
      nodes: [],
      edges: [],
    };
    expect(layoutFlow(empty, []).cards).toEqual([]);
    const { actions, counts } = forest(1, 1);
    const named = ["entry", "a:entry", "__proto__"].map((id) => ({ ...actions[0]!, id }));
    const numbers = Object.fromEntries(named.map((one) => [one.id, counts.n0!]));
    const safe = new Map(Object.entries(numbers));
    const layout = layoutFlow(
      {
        ...empty,
        entries: 1,
        nodes: named.map((one) => ({
          action_id: one.id,
          users_received: safe.get(one.id)?.[0] ?? 1,
          conversions: 1,
          share_of_entries: 1,
        })),
      },
      named,
    );
    expect(new Set(layout.cards.map((box) => box.x)).size).toBe(3);
  });

  it("keeps the sum of a row clear of the share under a card, however many converted", () => {
    const { actions, counts } = forest(3, 1);
    const chain = actions.map((action, at) => ({ ...action, parent: actions[at - 1]?.id ?? null }));
    const arm = armOf(null, "Everybody", 1, chain, counts);
    const many = { ...arm, nodes: arm.nodes.map((node) => ({ ...node, conversions: 17_608 })) };
    const { cards, rows, edges } = layoutFlow(many, chain, compact);
    expect(rows).toHaveLength(3);
    // "+17,608" and half of "100 %", at 12 and 11 px.
    for (const { x } of rows)
      for (const { label } of edges) expect(x - 7 * 7.6 - (label.x + 30)).toBeGreaterThan(5);
    expect(new Set(cards.map((card) => card.x)).size).toBe(1);
  });

  it("marks what nothing has been sent along, and scales thickness with the share", () => {
    const next = random(5);
    const layout = layoutOf(40, Math.floor(next() * 1000));
    for (const edge of layout.edges) {
      expect(edge.idle).toBe(edge.users === 0);
      expect(edge.width).toBeGreaterThanOrEqual(1.5);
      expect(edge.width).toBeLessThanOrEqual(12);
    }
  });
});
