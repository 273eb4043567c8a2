import { describe, expect, it } from "vitest";
import { CustomRange } from "../../src/saved/custom_range";
import { before, distinctUsers } from "../../src/saved/daily_numbers";
import type { ChartTemplate, Page, SavedView } from "../../src/saved/page";
import { Pool } from "../../src/saved/series";
import { wilsonInterval } from "../../src/saved/wilson";
import { glossary, selection, state } from "../support/fixture";

const day = 86_400_000;
const first = Date.UTC(2026, 2, 1);
const chart = {
  key: {},
  title: "",
  caption: "Days in UTC · hatched: may still grow",
  zone_label: "UTC",
  spec: { axis: { labelExpr: "" } },
};
const model = { chart, axis: 0, open: 5 } as unknown as ChartTemplate;

const pool = [
  [4, 0, 2, 7, 1, 3], // users
  { steps: [1, 1, 0, 2, 0, 0] }, // 1 2 2 4 4 4: conversions
  [3, 0, 2, 5, 1, 2], // distinct users
  { part: 0, from: 2, length: 3 },
  { sum: 0 },
  [1, null, 3, null, 5, 6], // medians
] as Page["pool"];

const wire = state() as unknown as SavedView["state"];
const look = {
  selection: { range: "whole" },
  state: {
    ...wire,
    _glossary: {
      ...glossary,
      drop_off: {
        ...glossary.share_of_entries!,
        numerator: "dropped_off",
        denominator: "parent_users_received",
      },
    },
    _campaign: {
      ...wire._campaign,
      actions: [
        { id: "a", parent: null, channel: "email" },
        { id: "b", parent: "a", channel: "email" },
      ],
    },
    _status: { ...wire._status, zone: "UTC" },
    _flow: { arms: [{ ...wire._flow.arms[0], nodes: [], edges: [] }], held_back: 3 },
  },
  blocks: [
    {
      every: "1d",
      cumulative: false,
      words: ", per day",
      models: Array.from({ length: 8 }, () => model),
      lines: {
        "campaign||users": 0,
        "campaign||conversions": 1,
        "campaign||conversion_rate": [1, 0],
        "campaign||unique_users": 2,
        "campaign||median_time_to_convert": 5,
      },
    },
    {
      every: "1w",
      cumulative: false,
      words: ", per week",
      models: [{ ...model, axis: 1, open: 2 }],
      lines: {},
    },
    { every: "1d", cumulative: true, words: ", cumulative by day", models: [], lines: {} },
    { every: "1w", cumulative: true, words: ", cumulative by week", models: [], lines: {} },
  ],
  adds: ["campaign||users", "campaign||conversions", "campaign||conversion_rate"],
  cells: {},
} as unknown as SavedView;
const page = {
  axes: [
    {
      time_ms: [0, 1, 2, 3, 4, 5].map((n) => first + n * day),
      start: [1, 2, 3, 4, 5, 6].map((n) => `Sun ${n} Mar 2026`),
    },
    { time_ms: [first - 6 * day, first + day], start: ["23 Feb – 1 Mar 2026", "2–8 Mar 2026"] },
  ],
  names: Object.fromEntries(
    Object.keys(look.blocks[0]!.lines).map((name) => [name, [name.split("|")[2], 0]]),
  ),
} as unknown as Page;
const days = CustomRange.of(look, page, new Pool(pool))!;
const row = (metric: string) => ({
  scope: "campaign",
  action_id: null,
  channel: null,
  metric,
  value: 0,
});

describe("Pool", () => {
  it("unfolds steps, parts and running totals", () => {
    const read = new Pool(pool);
    expect(read.values(1)).toEqual([1, 2, 2, 4, 4, 4]);
    expect(read.values(3)).toEqual([2, 7, 1]);
    expect(read.values(4)).toEqual([4, 4, 6, 13, 14, 17]);
    expect(read.values([1, 0])).toEqual([0.25, null, 1, 4 / 7, 4, 4 / 3]);
  });
});

describe("CustomRange", () => {
  it("finds the days of a range, no further than the campaign has", () => {
    expect(days.span("2026-03-02", "2026-03-04")).toEqual([1, 3]);
    expect(days.span("2026-02-01", "2026-03-02")).toEqual([0, 1]);
    expect(days.span("2026-04-01", "2026-04-02")).toBeNull();
    expect(days.span("2026-03-04", "2026-03-02")).toBeNull();
    expect(days.covering([first + day, first + 2 * day])).toEqual([1, 2]);
    expect(days.covering([first + 1])).toBeNull();
    expect(before([3, 4])).toEqual([1, 2]);
  });
  it("adds up what adds up, and leaves distinct users out", () => {
    const found = days.state([3, 4], ["users", "conversion_rate", "unique_users"].map(row))
      ._metrics as Record<string, unknown>[];
    expect(found[0]).toMatchObject({ value: 8, previous: 2, low: null });
    expect(found[1]).toMatchObject({ value: 1, numerator: 8, denominator: 8, previous: 2 });
    expect(found[2]).toMatchObject({ value: null, previous: null });
  });
  it("tells nothing of variants, trends and users", () => {
    const found = days.state([0, 5], [row("users")]);
    expect(found).toMatchObject({
      _trends: {},
      _parts: {},
      _flow: { held_back: null, arms: [{ entries: 17 }] },
    });
    expect(found._status).toMatchObject({
      users_with_developers: null,
      note: expect.stringContaining("A dash stands for distinct users"),
    });
  });
  it("draws the days and the ones before, which may lie before all", () => {
    const line = days.line({ ...selection, metric: "users", every: "1d", compare: true }, [1, 3])!;
    expect(
      (line._series as { value: number; previous: number }[]).map((one) => [
        one.value,
        one.previous,
      ]),
    ).toEqual([
      [0, 0],
      [2, 0],
      [7, 4],
    ]);
    expect(line._chart).toMatchObject({ title: "users, per day", caption: "Days in UTC" });
    const rate = days.line(
      { ...selection, metric: "conversion_rate", every: "1d", compare: true },
      [0, 0],
    )!;
    expect(rate._series).toMatchObject([{ value: 0.25, previous: null, open: false }]);
    const median = days.line(
      { ...selection, metric: "median_time_to_convert", every: "1d", compare: true },
      [0, 0],
    )!;
    expect(median._series).toMatchObject([{ value: 1, previous: null }]);
  });
  it("adds up from day to day only what adds up", () => {
    const line = days.line(
      { ...selection, metric: "conversion_rate", every: "1d", cumulative: true },
      [3, 5],
    )!;
    expect((line._series as { value: number }[]).map((one) => one.value)).toEqual([
      4 / 7,
      1,
      12 / 11,
    ]);
    expect(line._chart).toMatchObject({
      title: "conversion_rate, cumulative by day",
      caption: "Days in UTC · hatched: may still grow",
    });
    expect(
      days.line({ ...selection, metric: "unique_users", every: "1d", cumulative: true }, [3, 5]),
    ).toBeUndefined();
  });
  it("adds up weeks of which it has some days", () => {
    const line = days.line({ ...selection, metric: "users", every: "1w", compare: false }, [0, 2])!;
    expect(line._series).toMatchObject([
      { start: "23 Feb – 1 Mar 2026", value: 4 },
      { start: "2–8 Mar 2026", value: 2 },
    ]);
    expect(
      days.line({ ...selection, metric: "unique_users", every: "1w", compare: false }, [0, 2]),
    ).toBeUndefined();
    expect(
      days.line({ ...selection, metric: "users", every: "1w", compare: true }, [0, 2]),
    ).toBeUndefined();
  });
});

// Three users: one on days 0, 2 and 5, one on day 2, one on days 1 and 2.
const seen = { last: [0, 1, 2, 2, 2, 5], before: [-1, -1, -1, 0, 1, 2], users: [1, 1, 1, 1, 1, 1] };
// Both had something else, too: from day 0 to 1, and on day 2 alone.
const both = { last: [1, 2], before: [-1, -1], first: [0, 2], users: [1, 1] };

describe("distinct users", () => {
  it("are new where what they had before lies ahead", () => {
    const found = [
      [0, 5],
      [0, 1],
      [1, 2],
      [2, 2],
      [3, 4],
      [3, 5],
      [-4, -1],
    ].map((span) => distinctUsers(seen, span as [number, number]));
    expect(found).toEqual([3, 2, 3, 3, 0, 1, 0]);
    expect(
      [
        [0, 1],
        [1, 1],
        [1, 5],
      ].map((span) => distinctUsers(both, span as [number, number])),
    ).toEqual([1, 0, 1]);
  });
  it("make rates, lines and edges", () => {
    const cells = {
      "campaign||unique_users": seen,
      "action|a|users_received": seen,
      "action|b|both_received": both,
    };
    const known = CustomRange.of(
      {
        ...look,
        cells,
        state: {
          ...look.state,
          _flow: {
            ...look.state._flow,
            arms: [
              {
                ...look.state._flow.arms[0]!,
                edges: [{ source: "a", target: "b", users: 9, share: 1, drop_off: 0 }],
              },
            ],
          },
        },
      },
      page,
      new Pool(pool),
    )!;
    const found = known.state([1, 2], ["unique_users", "unique_users_rate"].map(row));
    expect(found._metrics).toMatchObject([
      { value: 3, previous: 1 },
      { numerator: 3, denominator: 2 },
    ]);
    expect(found._flow).toMatchObject({ arms: [{ edges: [{ users: 1 }] }] });
    expect(found._status).toMatchObject({
      users_with_developers: 3,
      note: expect.stringContaining("median"),
    });
    const line = known.line(
      { ...selection, metric: "unique_users", every: "1d", cumulative: true },
      [1, 3],
    )!;
    expect((line._series as { value: number }[]).map((one) => one.value)).toEqual([1, 3, 3]);
    const weeks = known.line(
      { ...selection, metric: "unique_users", every: "1w", compare: false },
      [0, 5],
    )!;
    expect((weeks._series as { value: number }[]).map((one) => one.value)).toEqual([1, 3]);
  });
});

describe("interval", () => {
  it("is Wilson's, and none where the one is no part of the other", () => {
    expect(wilsonInterval(0, 10)!.high).toBeCloseTo(0.2775, 4);
    expect(wilsonInterval(5, 10)!.low).toBeCloseTo(0.2366, 4);
    expect(wilsonInterval(12, 10)).toBeNull();
    expect(wilsonInterval(0, 0)).toBeNull();
  });
});
