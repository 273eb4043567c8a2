import { expect, it } from "vitest";
import { DailyNumbers } from "../../src/saved/daily_numbers";
import type { Page, SavedView } from "../../src/saved/page";
import { Pool } from "../../src/saved/series";
import { wilsonInterval } from "../../src/saved/wilson";
import { glossary, state } from "../support/fixture";

const wire = state() as unknown as SavedView["state"];
const rate = {
  ...glossary.share_of_entries!,
  numerator: "opened",
  denominator: "delivered",
  proportion: true,
};
const count = { ...glossary.share_of_entries!, numerator: null, denominator: null, missing: "" };
const lines = {
  "channel|email|open_rate": [0, 1],
  "channel|push|open_rate": [0, 1],
  "action|a|open_rate": [0, 1],
  "action|b|open_rate": [0, 1],
  "channel|email|delivered": 1,
  "channel|push|delivered": 1,
  "action|b|delivered": 1,
  "campaign||held_back_users": 0,
} as const;
const view = {
  state: {
    ...wire,
    _campaign: {
      ...wire._campaign,
      actions: [
        { id: "a", parent: null, channel: "email" },
        { id: "b", parent: null, channel: "push" },
      ],
    },
    _glossary: {
      "email:open_rate": rate,
      "push:open_rate": { ...rate, proportion: false },
      delivered: count,
      "push:delivered": { ...count, missing: "The source reports none." },
    },
  },
  adds: Object.keys(lines),
  cells: {},
} as unknown as SavedView;
const pool = new Pool([
  [1, 2, 0],
  [4, 4, 2],
] as Page["pool"]);
const block = { lines } as unknown as SavedView["blocks"][number];
const numbers = new DailyNumbers(view, pool, block);

it("numbers of days have what the glossary says of their channel", () => {
  const { low, high } = wilsonInterval(3, 10)!;
  for (const [scope, id] of [
    ["channel", "email"],
    ["action", "a"],
  ] as const)
    expect(numbers.metric(scope, id, "open_rate", [0, 2])).toMatchObject({
      value: 0.3,
      numerator: 3,
      denominator: 10,
      low,
      high,
    });
  for (const [scope, id] of [
    ["channel", "push"],
    ["action", "b"],
  ] as const)
    expect(numbers.metric(scope, id, "open_rate", [0, 2])).toMatchObject({ value: 0.3, low: null });
  expect(numbers.plain("channel", "email", "delivered", [0, 1])).toBe(8);
  // What the source never reports is not 0, and no number of other channels.
  expect(numbers.plain("channel", "push", "delivered", [0, 1])).toBeNull();
  expect(numbers.plain("action", "b", "delivered", [0, 1])).toBeNull();
});

it("the flow of some days has their held back", () => {
  const [everyone] = wire._flow.arms;
  const flow = { ...wire._flow, arms: [{ ...everyone!, nodes: [], edges: [] }], held_back: 99 };
  expect(numbers.flow(flow, [1, 2]).held_back).toBe(2);
});
