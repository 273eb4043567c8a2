import { expect, it } from "vitest";
import {
  cellCount,
  cellsOf,
  fitting,
  headsOf,
  nameHead,
  textOf,
  toggled,
  usual,
} from "../../../src/features/campaigns/columns";
import { line } from "../../support/portfolio";

const metric = (key: string) => ({ key, label: `The ${key}`, text: `What ${key} is.` }) as never;
const heads = () =>
  headsOf(["users", "engaged", "converted_rate", "goal_value", "opened"].map(metric));
const mine = ["channels", "entries", "rate", "lift", "value", "trend", "ripe"];

it("columns are those with a drawing or a unit of their own, and every metric that none of these shows", () => {
  expect(usual).toEqual(mine);
  expect(heads().map(({ column }) => column)).toEqual([...mine, "engaged", "opened"]);
  expect(heads().at(-1)).toEqual({
    column: "opened",
    label: "The opened",
    text: "What opened is.",
    numeric: true,
  });
  expect([nameHead, ...heads().slice(0, 7)]).toEqual([
    { column: "name", label: "Campaign" },
    { column: "channels", label: "Channels" },
    { column: "entries", label: "Entries", numeric: true },
    { column: "rate", label: "Converted", unit: "of entries", numeric: true },
    { column: "lift", label: "Lift", unit: "over held back", numeric: true },
    { column: "value", label: "Value", numeric: true },
    { column: "trend", label: "Trend", unit: "from 0 to best" },
    { column: "ripe", label: "Ripe", unit: "windows closed" },
  ]);
});

it("a column comes to its place among those offered, and goes", () => {
  expect(toggled(["entries", "value"], "rate", heads())).toEqual(["entries", "rate", "value"]);
  expect(toggled(["entries", "value"], "channels", heads())).toEqual([
    "channels",
    "entries",
    "value",
  ]);
  expect(toggled(["entries", "value"], "opened", heads())).toEqual(["entries", "value", "opened"]);
  expect(toggled(["entries", "value"], "value", heads())).toEqual(["entries"]);
});

it("drawings give way to numbers where there is little room", () => {
  expect(fitting(mine, "wide", 0)).toEqual(mine);
  expect(fitting(mine, "compact", 0)).toEqual(mine);
  expect(fitting(mine, "medium", 0)).toEqual(["entries", "rate", "lift", "value"]);
  expect(fitting(mine, "small", 0)).toEqual(["entries", "rate"]);
});

it("the last drawings go first where names and amounts leave them no room", () => {
  const without = (...gone: string[]) => mine.filter((one) => !gone.includes(one));
  expect(fitting(mine, "compact", 1)).toEqual(without("ripe"));
  expect(fitting(mine, "wide", 2)).toEqual(without("ripe", "trend"));
  expect(fitting(mine, "wide", 3)).toEqual(without("ripe", "trend", "channels"));
  expect(fitting(mine, "wide", 4)).toEqual(without("ripe", "trend", "channels"));
});

it("two columns have a mark beside their number", () => {
  expect(cellsOf("rate", true)).toEqual(["rate", "ratebar"]);
  expect(cellsOf("lift", true)).toEqual(["liftmark", "lift"]);
  expect(cellsOf("value", true)).toEqual(["value"]);
  expect(cellsOf("rate", false)).toEqual(["rate"]);
  expect(cellCount(["rate", "lift", "value"], true)).toBe(5);
  expect(cellCount(["rate", "lift", "value"], false)).toBe(3);
  expect(cellCount([], true)).toBe(1);
});

it("every column is said in words, but for what is a drawing alone", () => {
  const { numbers } = line("a", {
    channels: [
      { label: "Email", icon: "email" },
      { label: "Push", icon: "push" },
    ],
    lift: { value: 0.1, text: "+10 %", interval: "2 % to 18 %", verdict: "better" } as never,
    windows: "4 windows open",
    metrics: { opened: { value: 3, text: "3" } },
  });
  const say = (column: string) => textOf(column, numbers!);
  expect(
    ["channels", "entries", "rate", "value", "trend", "ripe", "opened", "gone"].map(say),
  ).toEqual(["Email, Push", "100", "10.0 %", "50", null, "100 %, 4 windows open", "3", ""]);
  expect(say("lift")).toMatch(/^\+10 %, .+ \(2 % to 18 %\)$/);
  expect(textOf("lift", line("b").numbers!)).toBe("no holdout");
  expect(textOf("ripe", line("b").numbers!)).toBe("100 %");
});
