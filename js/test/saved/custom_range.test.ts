import { describe, expect, it } from "vitest";
import { CustomRange } from "../../src/saved/custom_range";
import { before, distinctUsers } from "../../src/saved/daily_numbers";
import type { Page, SavedView } from "../../src/saved/page";
import { Pool } from "../../src/saved/series";
import { wilsonInterval } from "../../src/saved/wilson";
import { day, dayTemplate, first, sixDays } from "../support/days";
import { glossary, selection, state } from "../support/fixture";

const model = dayTemplate("Days in UTC · hatched: may still grow");

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
    sixDays,
    { time_ms: [first - 6 * day, first + day], start: ["23 Feb – 1 Mar 2026", "2–8 Mar 2026"] },
  ],
  names: Object.fromEntries(
    Object.keys(look.blocks[0]!.lines).map((name) => [name, [name.split("|")[2], 0]]),
  ),
} as unknown as Page;
const entry = (label: string, numerator: string, denominator: string) => ({
  ...glossary.share_of_entries!,
  label,
  numerator,
  denominator,
});
const node = (id: string) => ({
  action_id: id,
  users_received: 0,
  conversions: 0,
  share_of_entries: 0,
});
const days = () => CustomRange.of(look, page, new Pool(pool))!;
const row = (metric: string) => ({
  scope: "campaign",
  action_id: null,
  channel: null,
  metric,
  value: 0,
});

describe("CustomRange", () => {
  it("finds the days of a range, no further than the campaign has", () => {
    expect(days().span("2026-03-02", "2026-03-04")).toEqual([1, 3]);
    expect(days().span("2026-02-01", "2026-03-02")).toEqual([0, 1]);
    expect(days().span("2026-04-01", "2026-04-02")).toBeNull();
    expect(days().span("2026-03-04", "2026-03-02")).toBeNull();
    expect(days().covering([first + day, first + 2 * day])).toEqual([1, 2]);
    expect(days().covering([first + 1])).toBeNull();
    expect(before([3, 4])).toEqual([1, 2]);
  });
  it("adds up what adds up, and leaves distinct users out", () => {
    const found = days().state([3, 4], ["users", "conversion_rate", "unique_users"].map(row))
      ._metrics as Record<string, unknown>[];
    expect(found[0]).toMatchObject({ value: 8, previous: 2, low: null });
    expect(found[1]).toMatchObject({ value: 1, numerator: 8, denominator: 8, previous: 2 });
    expect(found[2]).toMatchObject({ value: null, previous: null });
  });
  it("divides what became of the entries of these days, and says so", () => {
    const ranged = {
      ...look,
      state: {
        ...look.state,
        _glossary: {
          ...look.state._glossary,
          engagement_rate: {
            ...entry("Engagement rate", "engaged", "unique_users"),
            in_range: { numerator: "engaged_of_entries", text: "Of the entries of these days." },
          },
        },
      },
      cells: {
        "campaign||engaged_of_entries": { last: [1, 3], before: [-1, -1], users: [2, 3] },
        "campaign||unique_users": { last: [1, 3], before: [-1, -1], users: [4, 4] },
      },
    } as unknown as SavedView;
    const found = CustomRange.of(ranged, page, new Pool(pool))!.state(
      [3, 4],
      [row("engagement_rate")],
    );
    expect(found._metrics).toMatchObject([{ value: 0.75, numerator: 3, denominator: 4 }]);
    expect(found._glossary).toMatchObject({
      engagement_rate: {
        numerator: "engaged_of_entries",
        text: "Of the entries of these days.",
      },
    });
  });
  it("tells nothing of variants, trends and users", () => {
    const found = days().state([0, 5], [row("users")]);
    expect(found).toMatchObject({
      _trends: {},
      _parts: {},
      _flow: { held_back: null, arms: [{ entries: 17 }] },
    });
    expect(found._status).toMatchObject({
      users_with_developers: null,
      note: expect.stringContaining("distinct users and variants show a dash"),
    });
  });
  it("draws the days and the ones before, which may lie before all", () => {
    const line = days().line(
      { ...selection, metric: "users", every: "1d", compare: true },
      [1, 3],
    )!;
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
    const rate = days().line(
      { ...selection, metric: "conversion_rate", every: "1d", compare: true },
      [0, 0],
    )!;
    expect(rate._series).toMatchObject([{ value: 0.25, previous: null, open: false }]);
    const median = days().line(
      { ...selection, metric: "median_time_to_convert", every: "1d", compare: true },
      [0, 0],
    )!;
    expect(median._series).toMatchObject([{ value: 1, previous: null }]);
  });
  it("adds up from day to day only what adds up", () => {
    const line = days().line(
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
      caption:
        "Days in UTC · 3 of 3 days have under 100 entries · band: 95 % interval · hatched: may still grow",
    });
    expect(
      days().line({ ...selection, metric: "unique_users", every: "1d", cumulative: true }, [3, 5]),
    ).toBeUndefined();
  });
  it("adds up weeks of which it has some days", () => {
    const line = days().line(
      { ...selection, metric: "users", every: "1w", compare: false },
      [0, 2],
    )!;
    expect(line._series).toMatchObject([
      { start: "23 Feb – 1 Mar 2026", value: 4 },
      { start: "2–8 Mar 2026", value: 2 },
    ]);
    expect(
      days().line({ ...selection, metric: "unique_users", every: "1w", compare: false }, [0, 2]),
    ).toBeUndefined();
    expect(
      days().line({ ...selection, metric: "users", every: "1w", compare: true }, [0, 2]),
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

describe("what follows from what else", () => {
  const glossary = {
    ...look.state._glossary,
    engaged_rate: entry("engaged_rate", "engaged", "engaged_base"),
    share_of_entries: entry("share_of_entries", "entries_reached", "users"),
  };
  const cells = {
    "campaign||unique_users": { last: [0, 1, 2], before: [-1, -1, -1], users: [10, 5, 4] },
    "campaign||engaged": { last: [0, 1], before: [-1, -1], users: [3, 2] },
    "action|a|users_received": { last: [0, 1, 2], before: [-1, -1, -1], users: [8, 4, 2] },
    "action|b|both_received": { last: [0, 1, 2], before: [-1, -1, -1], users: [5, 1, 1] },
    "action|b|users_received": { last: [0], before: [-1], users: [6] },
    "action|a|entries_reached": { last: [0, 1], before: [-1, -1], users: [2, 1] },
  };
  const arm = {
    ...look.state._flow.arms[0]!,
    nodes: [node("a"), node("b")],
    edges: [{ source: "a", target: "b", users: 0, share: 0, drop_off: 0 }],
  };
  const range = () =>
    CustomRange.of(
      {
        ...look,
        cells,
        adds: [...look.adds, "campaign||entries_open", "action|a|conversions_attributed"],
        blocks: [
          {
            ...look.blocks[0]!,
            lines: {
              ...look.blocks[0]!.lines,
              "campaign||entries_open": 0,
              "action|a|conversions_attributed": 5,
            },
          },
          ...look.blocks.slice(1),
        ],
        state: {
          ...look.state,
          _glossary: glossary,
          _flow: { arms: [arm], held_back: null },
        } as SavedView["state"],
      },
      page,
      new Pool(pool),
    )!;
  const numbers = (metric: string, id = "", span: [number, number] = [0, 1]) =>
    (
      range().state(span, [
        { ...row(metric), scope: id ? "action" : "campaign", action_id: id || null },
      ])._metrics as Record<string, unknown>[]
    )[0];

  it("is the base of engagement: unique users", () => {
    expect(numbers("engaged_rate")).toMatchObject({ numerator: 5, denominator: 15, value: 5 / 15 });
  });
  it("are the users of an action: those of the campaign", () => {
    expect(numbers("share_of_entries", "a")).toMatchObject({ numerator: 3, denominator: 4 });
    expect(numbers("users", "a")).toMatchObject({ value: 4 });
  });
  it("is who dropped off: those who received the action before, less those who received both", () => {
    expect(numbers("drop_off", "b")).toMatchObject({
      numerator: 12 - 6,
      denominator: 12,
      value: 0.5,
    });
    expect(numbers("parent_users_received", "b")).toMatchObject({ value: 12 });
    expect(numbers("dropped_off", "b")).toMatchObject({ value: 6 });
    expect(numbers("dropped_off", "a")).toMatchObject({ value: null });
    expect(numbers("both_received", "a")).toMatchObject({ value: null });
  });
  it("is the interval of a share, and the period of the same length before", () => {
    expect(numbers("drop_off", "b", [1, 1])).toMatchObject({
      value: 0.75,
      low: wilsonInterval(3, 4)!.low,
      high: wilsonInterval(3, 4)!.high,
      previous: 3 / 8,
    });
    expect(numbers("users", "", [1, 2])).toMatchObject({
      value: 2,
      numerator: null,
      low: null,
      high: null,
      previous: 4,
    });
  });
  it("is the flow, whose total is what its cards are credited with and the rest", () => {
    expect(range().state([0, 3], [])._flow).toEqual({
      arms: [
        {
          ...arm,
          entries: 13,
          conversions: 9,
          open: 13,
          unattributed: 5,
          nodes: [
            { action_id: "a", users_received: 14, conversions: 4, share_of_entries: 3 / 13 },
            { action_id: "b", users_received: 6, conversions: null, share_of_entries: null },
          ],
          edges: [{ source: "a", target: "b", users: 7, share: 0.5, drop_off: 0.5 }],
        },
      ],
      held_back: null,
    });
  });
  it("is no user with developers where the view leaves them out", () => {
    const without = { ...look, cells, selection: { range: "whole", developers: false } };
    const status = CustomRange.of(without, page, new Pool(pool))!.state([0, 1], [])._status;
    expect(status).toMatchObject({ users_with_developers: null, error: null });
    expect(range().state([0, 1], [])._status).toMatchObject({
      users_with_developers: 15,
      users_without_developers: null,
    });
  });
});

describe("a view", () => {
  it("has ranges where it is of the whole campaign and has its days", () => {
    const of = (more: Partial<SavedView>) =>
      CustomRange.of({ ...look, ...more }, page, new Pool(pool));
    expect(of({})).not.toBeNull();
    expect(of({ selection: { range: "7d" } })).toBeNull();
    expect(of({ blocks: look.blocks.slice(1) })).toBeNull();
    expect(of({ blocks: [{ ...look.blocks[0]!, models: [] }] })).toBeNull();
  });
  it("covers times that follow on each other, from the first to the last", () => {
    const at = (...n: number[]): number[] => n.map((one) => first + one * day);
    expect(days().covering(at(0, 1, 2, 3, 4, 5))).toEqual([0, 5]);
    expect(days().covering(at(0))).toEqual([0, 0]);
    expect(days().covering(at(1, 3))).toBeNull();
    expect(days().covering(at(1, 2, 4))).toBeNull();
    expect(days().covering(at(-1, 0))).toBeNull();
    expect(days().covering(at(5, 6))).toBeNull();
    expect(days().covering([])).toBeNull();
  });
});
