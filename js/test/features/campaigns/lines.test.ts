import { describe, expect, it } from "vitest";
import {
  credited,
  currenciesOf,
  placed,
  rateTop,
  shownLines,
  totals,
  valuesOf,
} from "../../../src/features/campaigns/lines";
import type { CampaignChoice } from "../../../src/wire/campaigns";
import { hostile, line, lines } from "../../support/portfolio";

const choice: CampaignChoice = {
  month: null,
  search: "",
  channel: null,
  states: [],
  goal: null,
  least: 0,
  show: "table",
  metric: "converted_rate",
  columns: [],
  sort: null,
  descending: true,
  campaign: null,
  part: "results",
  tab: "overlap",
  rule: "last",
  credit: "each",
  time_zone: null,
  definitions: "",
  machine_opens: null,
  clock: null,
  locale: null,
};
const names = (patch: Partial<CampaignChoice>, of = lines): string[] =>
  shownLines(placed(of), { ...choice, ...patch }).map((one) => one.name);

describe("the lines that are shown", () => {
  it("stand as in the portfolio until they are sorted", () => {
    expect(names({})).toEqual(lines.map((one) => one.name));
  });

  it("are sorted by a column both ways, and what has no value comes last both ways", () => {
    expect(names({ sort: "entries" })).toEqual(["Ünal’s sale", hostile, "Basket", "Broken"]);
    expect(names({ sort: "entries", descending: false })).toEqual([
      "Basket",
      hostile,
      "Ünal’s sale",
      "Broken",
    ]);
    expect(names({ sort: "rate" })).toEqual([hostile, "Ünal’s sale", "Basket", "Broken"]);
    expect(names({ sort: "rate", descending: false }).slice(2)).toEqual(["Basket", "Broken"]);
    expect(names({ sort: "lift" })[0]).toBe(hostile);
  });

  it("keep the portfolio's order where they are level", () => {
    expect(names({ sort: "ripe" })).toEqual(["Ünal’s sale", "Basket", hostile, "Broken"]);
    expect(names({ sort: "ripe", descending: false })).toEqual([
      "Ünal’s sale",
      "Basket",
      hostile,
      "Broken",
    ]);
  });

  it("are sorted by the last rate that stays as it is", () => {
    const mark = (value: number | null, ripe: boolean) => ({ value, ripe });
    const two = [
      line("falls", { trend: [mark(0.3, true), mark(0.1, true), mark(0.9, false)] }),
      line("stays", { trend: [mark(0.2, true), mark(null, true)] }),
    ];
    expect(names({ sort: "trend" }, two)).toEqual(["stays", "falls"]);
  });

  it("do not compare amounts of two currencies", () => {
    const mixed = [
      line("a", { value: 5, currency: "EUR" }),
      line("b", { value: 900, currency: "JPY" }),
      line("c", { value: 7, currency: "EUR" }),
    ];
    expect(names({ sort: "value" }, mixed)).toEqual(["c", "a", "b"]);
  });

  it("are found by letters, whatever their case and accents, and by channel", () => {
    expect(names({ search: " unal" })).toEqual(["Ünal’s sale"]);
    expect(names({ search: "IMG SRC" })).toEqual([hostile]);
    expect(names({ channel: "Push" })).toEqual(["Basket"]);
    expect(names({ channel: "Push", search: "unal" })).toEqual([]);
    expect(valuesOf(lines, ({ channels }) => channels.map((one) => one.label))).toEqual([
      "Email",
      "Push",
    ]);
  });

  it("are found by state, goal and size, of which campaigns without numbers have none", () => {
    const some = [
      line("paused", { status: "paused", goal: "Login", entries: 500 }),
      line("small", { entries: 499 }),
      line("broken", null),
    ];
    expect(names({ states: ["paused"] }, some)).toEqual(["paused"]);
    expect(names({ states: ["running", "paused"] }, some)).toEqual(["paused", "small"]);
    expect(names({ states: ["finished"] }, some)).toEqual([]);
    expect(names({ goal: "Purchase" }, some)).toEqual(["small"]);
    expect(names({ least: 500 }, some)).toEqual(["paused"]);
    expect(names({}, some)).toHaveLength(3);
    expect(valuesOf(some, ({ goal }) => [goal])).toEqual(["Login", "Purchase"]);
  });

  it("have the value that is credited to them, where they claim one", () => {
    const row = (name: string, amount: number) => ({
      name,
      claimed: 2,
      credited: 1,
      amount,
      claimed_value: "",
      credited_value: `${amount} credited`,
    });
    const credit = {
      rows: [row("Ünal’s sale", 4), row("Basket", 0), row(hostile, 300)],
      claimed: 6,
      happened: 3,
      happened_value: "304",
    };
    const found = credited(placed(lines), credit).map(({ numbers }) => numbers?.value_text);
    expect(found).toEqual(["4 credited", "50", "300 credited", undefined]);
    expect(credited(placed(lines), undefined)).toEqual(placed(lines));
    expect(totals(credited(placed(lines), credit)).value).toBe(304);
  });
});

describe("lines in any order", () => {
  const metrics = (value: number | null) => ({ opened: { value, text: "" } });
  const some = [
    line("b", { metrics: metrics(2), channels: [], currency: "EUR", value: 3, entries: null }),
    line("a", {
      metrics: metrics(9),
      channels: [{ label: "Push", icon: "push" }],
      currency: "USD",
    }),
    line("c", { currency: "EUR", value: 4 }),
  ];
  it("are sorted by name, channel and any metric, and none of it last", () => {
    expect(names({ sort: "name", descending: false }, some)).toEqual(["a", "b", "c"]);
    expect(names({ sort: "name" }, some)).toEqual(["c", "b", "a"]);
    expect(names({ sort: "channels", descending: false }, some)).toEqual(["c", "a", "b"]);
    expect(names({ sort: "opened" }, some)).toEqual(["a", "b", "c"]);
    expect(names({ sort: "gone" }, some)).toEqual(["b", "a", "c"]);
    expect(names({ sort: "trend" }, some)).toEqual(["b", "a", "c"]);
    // Numbers that are no amounts have no currency.
    expect(names({ sort: "opened", descending: false }, some)).toEqual(["b", "a", "c"]);
    const paid = (value: number) => ({ value_per_user: { value, text: "" } });
    const each = [
      line("euro", { metrics: paid(5), currency: "EUR" }),
      line("yen", { metrics: paid(900), currency: "JPY" }),
    ];
    expect(names({ sort: "value_per_user" }, each)).toEqual(["euro", "yen"]);
  });
  it("have a channel among others, and entries that are not known in no sum", () => {
    const two = [
      { label: "Email", icon: "email" },
      { label: "Push", icon: "push" },
    ];
    expect(names({ channel: "Push" }, [line("both", { channels: two }), line("one")])).toEqual([
      "both",
    ]);
    expect(totals(some)).toMatchObject({ entries: 200, value: null, currency: "EUR" });
    expect(totals([some[0]!, some[2]!])).toMatchObject({ entries: 100, value: 7, currency: "EUR" });
    expect(currenciesOf([line("unpaid", { value: null, currency: "JPY" }), ...some])).toEqual([
      "EUR",
      "USD",
    ]);
    const goals = [line("x", { goal: "b" }), line("y", { goal: "" }), line("z", { goal: "a" })];
    expect(valuesOf(goals, ({ goal }) => [goal])).toEqual(["a", "b"]);
  });
});

describe("totals", () => {
  it("add up entries, and values that are in one currency", () => {
    expect(totals(lines)).toEqual({ entries: 1240, value: 710, currency: "", without: 2 });
  });

  it("have no value where amounts are in two currencies", () => {
    const two = [line("a", { currency: "EUR" }), line("b", { currency: "USD" })];
    expect(totals(two)).toMatchObject({ entries: 200, value: null });
  });

  it("are none of nothing", () => {
    expect(totals([line("broken", null)])).toMatchObject({ entries: null, value: null });
  });
});

it("bars hold the highest end of an interval", () => {
  expect(rateTop(lines)).toBe(0.2);
  expect(rateTop([line("high", { high: 0.62 })])).toBe(0.75);
  expect(rateTop([])).toBe(0.01);
});
