import { describe, expect, it } from "vitest";
import { SavedAnswers } from "../../src/saved/answers";
import { CustomRange } from "../../src/saved/custom_range";
import { DailyNumbers } from "../../src/saved/daily_numbers";
import type { Page, SavedView, State } from "../../src/saved/page";
import { axisOf, Pool } from "../../src/saved/series";
import type { SeriesRow } from "../../src/wire/chart";
import type { Selection } from "../../src/wire/selection";
import { day, dayTemplate, first, sixDays } from "../support/days";
import { selection as given, glossary, state } from "../support/fixture";

const wire = state() as unknown as SavedView["state"];
const share = {
  ...glossary.share_of_entries!,
  unit: "rate",
  base: "entries",
  numerator: "conversions",
  denominator: "users",
  proportion: true,
};
const template = dayTemplate("Days in UTC · hatched: may still grow");
const weekly = { ...template, axis: 1, open: 1 };
const eight = <T>(one: T): T[] => Array.from({ length: 8 }, () => one);
const lines = {
  "campaign||users": 0,
  "campaign||conversions": 1,
  "campaign||rate": [1, 0] as [number, number],
  "campaign||unnamed": 0,
  "campaign||lost": 0,
  "channel|email|sent": 2,
};
const view = {
  selection: { range: "whole", start: null, end: null },
  state: {
    ...wire,
    _glossary: { ...glossary, rate: share },
    _status: { ...wire._status, zone: "UTC" },
    _campaign: { ...wire._campaign, actions: [{ id: "a", parent: null, channel: "email" }] },
    _flow: { arms: [], held_back: null },
  },
  metrics: [0, 0],
  blocks: [
    {
      every: "1d",
      cumulative: false,
      words: ", per day",
      models: eight(template),
      lines,
      missing: "",
    },
    {
      every: "1w",
      cumulative: false,
      words: ", per week",
      models: eight(weekly),
      // All six days may be only a part of its weeks.
      lines: { "campaign||users": 3, "campaign||rate": [4, 3] },
      forecasts: { "campaign||users": [[1, 5, 9]] },
      missing: "",
    },
    { every: "1d", cumulative: true, words: ", cumulative", models: [], lines: {}, missing: "" },
  ],
  whole: [],
  adds: Object.keys(lines),
  cells: {},
} as unknown as SavedView;
const page = {
  axes: [sixDays, { time_ms: [first - 6 * day, first + day], start: ["23 Feb", "2 Mar"] }],
  names: {
    "campaign||users": ["users", 0],
    "campaign||conversions": ["conversions", 0],
    "campaign||rate": ["rate", 1],
    "campaign||lost": ["lost", 99],
  },
  pool: [
    [40, 90, 90, 90, 90, 90],
    [4, 9, 9, 0, 18, 9],
    [1, 2, 3, 4, 5, 6],
    [40, 450],
    [4, 45],
  ],
  looks: [view],
} as unknown as Page;
const days = (one: SavedView = view): CustomRange =>
  CustomRange.of(one, page, new Pool(page.pool))!;
const asked: Selection = { ...given, compare: false, every: "1d", metric: "users" };
const rowsOf = (line: State | undefined): SeriesRow[] => line!._series as SeriesRow[];
const captionOf = (line: State | undefined): string =>
  (line!._chart as { caption: string }).caption;
const titleOf = (line: State | undefined): string => (line!._chart as { title: string }).title;

describe("the line of some days", () => {
  it("has an interval that suits a rate, and days for a count", () => {
    const rate = days().line({ ...asked, metric: "rate", every: "auto" }, [0, 5])!;
    // One day of six has a hundred entries nowhere: two weeks are no line, and so days it is.
    expect(titleOf(rate)).toBe("rate, per day");
    expect(captionOf(rate)).toContain("6 of 6 days have under 100 entries");
    const week = days().line({ ...asked, metric: "rate", every: "1w" }, [0, 5])!;
    expect(titleOf(week)).toBe("rate, per week");
    expect(captionOf(week)).toContain("1 of 2 weeks has under 100 entries");
    expect(rowsOf(week).map(({ value, base }) => [value, base])).toEqual([
      [0.1, 40],
      [0.1, 450],
    ]);
    const count = days().line({ ...asked, every: "auto" }, [0, 5])!;
    expect([titleOf(count), captionOf(count)]).toEqual([
      "users, per day",
      "Days in UTC · hatched: may still grow",
    ]);
    const beside = days().line({ ...asked, metric: "rate", every: "auto", compare: true }, [3, 5])!;
    expect(titleOf(beside)).toBe("rate, per day");
    expect(rowsOf(beside).map(({ previous }) => previous)).toEqual([0.1, 0.1, 0.1]);
  });
  it("has an interval where it is a proportion, and is compared with nothing unasked", () => {
    const [rate] = rowsOf(days().line({ ...asked, metric: "rate" }, [1, 2]));
    expect(rate).toMatchObject({ value: 0.1, base: 90, previous: null, previous_start: null });
    expect(rate!.low).toBeGreaterThan(0.05);
    expect(rate!.high).toBeLessThan(0.2);
    const users = days().line(asked, [1, 2])!;
    expect(rowsOf(users)).toMatchObject(eight({ previous: null, low: null }).slice(0, 2));
    expect(captionOf(users)).toBe("Days in UTC");
  });
  it("has no forecast of a longer interval, of which the days may be a part", () => {
    const week = rowsOf(days().line({ ...asked, every: "1w" }, [0, 5]));
    expect(week).toMatchObject(eight({ forecast_low: null, forecast_high: null }).slice(0, 2));
  });
  it("is not there where a part of it is missing", () => {
    const none = (more: Partial<Selection>) => days().line({ ...asked, ...more }, [1, 2]);
    expect(none({ metric: "unknown" })).toBeUndefined();
    expect(none({ metric: "unnamed" })).toBeUndefined();
    expect(none({ metric: "lost" })).toBeUndefined();
    expect(none({ by: "platform" })).toBeUndefined();
    expect(none({ every: "1mo" })).toBeUndefined();
    expect(none({ every: "1w", cumulative: true })).toBeUndefined();
    expect(none({ every: "1w", compare: true })).toBeUndefined();
    const lost = { ...page, axes: [sixDays] };
    const short = CustomRange.of(view, lost, new Pool(page.pool))!;
    expect(short.line({ ...asked, every: "1w" }, [1, 2])).toBeUndefined();
    expect(short.line({ ...asked, metric: "rate", every: "1w" }, [1, 2])).toBeUndefined();
  });
});

describe("the numbers of some days", () => {
  it("are those of one day, too, and of channels", () => {
    expect(days().span("2026-03-02", "2026-03-02")).toEqual([1, 1]);
    const rows = [
      { scope: "channel", action_id: null, channel: "email", metric: "sent", value: 0 },
    ];
    const found = days().state([1, 2], rows);
    expect(found._metrics).toMatchObject([{ value: 5, previous: 1 }]);
    expect(found._status).toMatchObject({ previous_age: "unequal" });
  });
  it("are not known of a share whose parts are not, rather than 0 or all", () => {
    const arm = {
      ...wire._flow.arms[0]!,
      nodes: [],
      edges: [{ source: null, target: "a", users: 9, share: 0.9, drop_off: 0.1 }],
    };
    const nothing = { ...view, adds: [] };
    const numbers = new DailyNumbers(nothing, new Pool(page.pool), view.blocks[0]!);
    const [found] = numbers.flow({ arms: [arm as never], held_back: null }, [1, 2]).arms;
    expect(found).toMatchObject({
      conversions: null,
      unattributed: null,
      entries: null,
      edges: [{ users: null, share: null, drop_off: null }],
    });
    const one = numbers.metric("campaign", "", "rate", [1, 2]);
    expect(one).toMatchObject({ value: null, numerator: null, denominator: null, low: null });
    const half = { ...view, adds: ["campaign||users"] };
    const top = new DailyNumbers(half, new Pool(page.pool), view.blocks[0]!);
    expect(top.fraction("campaign", "", "rate", [1, 2])).toBeNull();
    expect(
      new DailyNumbers(
        { ...view, adds: ["campaign||conversions"] },
        new Pool(page.pool),
        view.blocks[0]!,
      ).fraction("campaign", "", "rate", [1, 2]),
    ).toBeNull();
  });
  it("are not known of those who dropped off where one of both is not", () => {
    const actions = [
      { id: "a", parent: null, channel: "email" },
      { id: "b", parent: "a", channel: "email" },
    ];
    const of = (names: string[]) =>
      new DailyNumbers(
        {
          ...view,
          adds: names,
          state: { ...view.state, _campaign: { ...wire._campaign, actions } },
        } as unknown as SavedView,
        new Pool(page.pool),
        { lines: Object.fromEntries(names.map((name, at) => [name, at])) } as never,
      ).plain("action", "b", "dropped_off", [1, 2]);
    expect(of(["action|a|users_received", "action|b|both_received"])).toBe(180 - 18);
    expect(of(["action|a|users_received"])).toBeNull();
    expect(of(["action|b|both_received"])).toBeNull();
  });
});

describe("a view of a saved page", () => {
  const of = (more: Partial<SavedView>, names = page.names): SavedAnswers =>
    new SavedAnswers({
      page: { ...page, names, looks: [{ ...view, ...more }] },
      cut: () => new Uint8Array(8),
      text: () => "",
    });
  const whole: Selection = { ...asked, range: "whole", start: null, end: null };
  const line = (more: Partial<Selection>, view: Partial<SavedView> = {}) =>
    of(view)
      .find(whole)!
      .line({ ...whole, ...more });

  it("draws a rate by what has enough, with its interval", () => {
    const week = line({ metric: "rate", every: "1w" })!;
    expect(captionOf(week)).toContain("1 of 2 weeks has under 100 entries");
    expect(rowsOf(week)[1]).toMatchObject({ value: 0.1, base: 450 });
    expect(rowsOf(week)[1]!.low).not.toBeNull();
    const days = line({ metric: "rate", every: "auto" })!;
    expect(titleOf(days)).toBe("rate, per day");
    expect(captionOf(days)).toContain("6 of 6 days have under 100 entries");
    expect(captionOf(line({ every: "1w" }))).toBe("Days in UTC · hatched: may still grow");
    expect(rowsOf(line({}))[0]).toMatchObject({ low: null, high: null });
  });
  it("says which choice would compare it", () => {
    expect(captionOf(line({ compare: "2026-02-01" }))).toContain(
      "choose a range to compare it with another period",
    );
    expect(line({ compare: "campaign" })).toBeUndefined();
  });
  it("has no line without its chart or its axis, and no reason but its own", () => {
    expect(line({ metric: "lost" })).toBeUndefined();
    const blocks = [{ ...view.blocks[0]!, models: eight({ ...template, axis: 9 }) }];
    expect(line({}, { blocks })).toBeUndefined();
    const missing = [{ ...view.blocks[0]!, missing: "Users are kept by week." }];
    expect(line({ metric: "unknown" }, { blocks: missing })).toBeUndefined();
    const ranged = { selection: { range: "2d" }, blocks: [{ ...view.blocks[0]!, models: [] }] };
    const two = { ...whole, range: "2d", compare: true };
    expect(of(ranged).find(two)!.line(two)).toBeUndefined();
  });
  it("hands over a breakdown of the interval that was kept, whichever was left open", () => {
    const key = { ...whole, metric: "users", by: "platform" };
    const kept = { chart: { ...template.chart, key }, series: [0, 8] } as never;
    const by = (every: string) => line({ by: "platform", every }, { whole: [kept] });
    expect(by("1d")).toBeDefined();
    expect((by("auto")!._chart as { key: { every: string } }).key.every).toBe("auto");
    expect(by("1w")).toBeUndefined();
  });
});

it("the axis of a line is written as its action's channel has it", () => {
  const own = {
    ...view.state,
    _glossary: { ...glossary, "email:rate": share },
  } as SavedView["state"];
  const of = (action: string | null, channel: string | null) =>
    axisOf({ ...view, state: own }, { action, channel, metric: "rate" }).words;
  expect([of("a", null), of(null, "email"), of("b", null), of(null, "push")]).toEqual([
    "per entry",
    "per entry",
    "",
    "",
  ]);
});

it("a part of a series begins where it says", () => {
  expect(new Pool([[1, 2, 3, 4, 5, 6], { part: 0, from: 1, length: 2 }]).read(1)).toEqual([2, 3]);
});
