import { describe, expect, it } from "vitest";
import type { PoolEntry, SavedView } from "../../src/saved/page";
import { axisOf, Pool, ratio, ratios, runningTotal, selectedLine } from "../../src/saved/series";

const pool: PoolEntry[] = [
  [4, 0, 2, 7, 1, 3],
  { steps: [1, 1, 0, 2, 0, 0] },
  [3, 0, 2, 5, 1, 2],
  { part: 0, from: 2, length: 3 },
  { sum: 0 },
];

describe("Pool", () => {
  it("unfolds steps, parts and running totals", () => {
    const read = new Pool(pool);
    expect(read.values(1)).toEqual([1, 2, 2, 4, 4, 4]);
    expect(read.values(3)).toEqual([2, 7, 1]);
    expect(read.values(4)).toEqual([4, 4, 6, 13, 14, 17]);
    expect(read.values([1, 0])).toEqual([0.25, null, 1, 4 / 7, 4, 4 / 3]);
  });
});

describe("a reference to lines", () => {
  it("is named by whose metric it is", () => {
    const metric = "sent";
    expect(selectedLine({ action: null, channel: null, metric })).toBe("campaign||sent");
    expect(selectedLine({ action: null, channel: "email", metric })).toBe("channel|email|sent");
    expect(selectedLine({ action: "a", channel: "email", metric })).toBe("action|a|sent");
  });
  it("of two is their ratio, where there is one", () => {
    expect(ratios([1, null, 3, 4, 5], [2, 2, null, 0])).toEqual([0.5, null, null, null, null]);
    expect(ratio(0, 4)).toBe(0);
    expect(ratio(1, -4)).toBeNull();
    expect(runningTotal([1, null, 2])).toEqual([1, 1, 3]);
    expect(new Pool([]).values(3)).toEqual([]);
  });
});

describe("the words of an axis", () => {
  const view = {
    state: {
      _status: { currency: "EUR" },
      _campaign: { actions: [] },
      _glossary: {
        conversion_rate: { unit: "rate", base: "entries" },
        engagement_rate: { unit: "rate", base: "" },
        value_per_user: { unit: "amount", base: "entries" },
        users: { unit: "entries", base: "" },
      },
    },
  } as unknown as SavedView;
  const of = (metric: string) => axisOf(view, { action: null, channel: null, metric });

  it("are those that the kernel gives: what one has, or how amounts are written", () => {
    expect(of("conversion_rate")).toEqual({ unit: "rate", words: "per entry" });
    expect(of("engagement_rate")).toEqual({ unit: "rate", words: "" });
    expect(of("value_per_user")).toEqual({ unit: "amount", words: "€{}" });
    expect(of("users")).toEqual({ unit: "entries", words: "" });
  });

  it("have no currency where none is named", () => {
    const plain = { ...view, state: { ...view.state, _status: {} } } as unknown as SavedView;
    const value = { action: null, channel: null, metric: "value_per_user" };
    expect(axisOf(plain, value)).toEqual({ unit: "amount", words: "" });
  });
});
