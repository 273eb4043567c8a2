import { describe, expect, it } from "vitest";
import {
  amount,
  brief,
  change,
  compact,
  dash,
  duration,
  exact,
  exactValue,
  fraction,
  fractionText,
  interval,
  ofBase,
  perOne,
  plural,
  rate,
  rateOrPerOne,
  rateWithInterval,
  raw,
  shortValue,
  sides,
  signed,
} from "../../src/ui/format";
import type { Metric } from "../../src/wire/metrics";

const thin = "\u202f";
const metric = (patch: Partial<Metric>): Metric => ({
  value: null,
  numerator: null,
  denominator: null,
  low: null,
  high: null,
  previous: null,
  ...patch,
});

describe("counts", () => {
  it.each([
    [0, "0"],
    [24118, "24,118"],
    [99999, "99,999"],
    [123456, `123.5${thin}k`],
    [4_560_000, `4.56${thin}M`],
    [999_960, `1${thin}M`],
    [-123456, `−123.5${thin}k`],
  ])("shortens %d", (value, text) => {
    expect(compact(value)).toBe(text);
  });
  it("never shows more than four significant digits once compact", () => {
    for (let value = 100_000; value < 1e12; value = Math.round(value * 1.37)) {
      expect(compact(value).replace(/\D/g, "").length).toBeLessThanOrEqual(4);
    }
  });
  it("keeps the exact value for titles and hooks", () => {
    expect(exact(4_560_123)).toBe("4,560,123");
    expect(exact(1.005)).toMatch(/^1\.0[01]$/);
    expect(raw(4_560_123)).toBe("4560123");
    expect(raw(null)).toBe("");
    expect(signed(-247)).toBe("−247");
    expect(signed(12)).toBe("+12");
  });
});

describe("rates", () => {
  it.each([
    [0.462, `46.2${thin}%`],
    [0.0044, `0.44${thin}%`],
    [0, `0${thin}%`],
    [1, `100${thin}%`],
    [0.00996, `1.0${thin}%`],
  ])("shows %d", (value, text) => {
    expect(rate(value)).toBe(text);
  });
  it("shows a dash where there is no denominator", () => {
    expect(rate(null)).toBe(dash);
    expect(compact(null)).toBe(dash);
    expect(duration(null)).toBe(dash);
  });
  it("says what stands behind one", () => {
    const one = metric({
      value: 0.462,
      numerator: 10172,
      denominator: 22017,
      low: 0.4555,
      high: 0.4686,
    });
    expect(interval(one)).toBe(`45.6–46.9${thin}%`);
    expect(fractionText(one, { unit: "rate" })).toBe(
      `10,172 of 22,017, 95${thin}% interval 45.6–46.9${thin}%`,
    );
  });
  it("counts what one of its base has, where it is above 100 %", () => {
    const entry = { unit: "rate", base: "entries" } as const;
    expect(shortValue(14.712, entry)).toBe("14.7 per entry");
    expect(exactValue(1.05, { unit: "rate", base: "unique users" })).toBe("1.1 per unique user");
    expect(shortValue(1, entry)).toBe(`100${thin}%`);
    expect(shortValue(1.05, { unit: "rate", base: "delivered" })).toBe(`105.0${thin}%`);
    expect(rateOrPerOne(2, { unit: "rate", base: "entries reached" })).toBe("2.0 per entry");
    expect(rateOrPerOne(0.5, { unit: "rate", base: "entries reached" })).toBe(`50.0${thin}%`);
    expect(perOne(212.4, entry)).toEqual(["212", "per entry"]);
    expect(perOne(null, entry)).toBeNull();
  });
});

describe("amounts", () => {
  it("have the sign of their currency where the language puts it", () => {
    const entry = { unit: "amount", currency: "USD" } as const;
    expect(exactValue(9500.39, entry)).toBe("$9,500.39");
    expect(exactValue(-5, entry)).toBe("−$5");
    expect(exactValue(null, entry)).toBe(dash);
    expect(exactValue(5, { unit: "amount", currency: "XTS" })).toBe(`5${thin}XTS`);
  });
});

describe("numbers of a card", () => {
  it("have three digits at most from a million on", () => {
    expect(brief(4_567_123, { unit: "users" })).toBe(`4.57${thin}M`);
    expect(brief(999_600, { unit: "users" })).toBe(`1${thin}M`);
    expect(brief(24_118, { unit: "users" })).toBe("24,118");
    expect(brief(null, { unit: "users" })).toBe(dash);
  });
});

describe("estimates", () => {
  const approximate = { within: "within 2 %", numerator: true, denominator: false };
  it("are marked, short and exact", () => {
    expect(shortValue(4_560_123, { unit: "users", approximate })).toBe(`≈${thin}4.56${thin}M`);
    expect(exactValue(4_560_123, { unit: "users", approximate })).toBe(`≈${thin}4,560,123`);
    expect(exactValue(4_560_123, { unit: "users" })).toBe("4,560,123");
  });
  it("are none of nobody, nor without a denominator", () => {
    expect(shortValue(0, { unit: "users", approximate })).toBe("0");
    expect(exactValue(null, { unit: "rate", approximate })).toBe(dash);
  });
  it("mark the side that is one, the interval and the change", () => {
    const one = metric({
      value: 0.462,
      numerator: 10172,
      denominator: 22017,
      low: 0.4555,
      high: 0.4686,
      previous: 0.4,
    });
    expect(fractionText(one, { unit: "rate", approximate })).toMatch(/^≈.10,172 of 22,017, 95/);
    expect(rateWithInterval(one, { unit: "rate", approximate })).toBe(`≈${thin}45.6–46.9${thin}%`);
    expect(rateWithInterval(metric({ value: 0.5 }), { unit: "rate" })).toBe(`50.0${thin}%`);
    expect(change(one, { unit: "rate", low_is_good: false, approximate })!.text).toBe(
      `≈${thin}6.2${thin}pt`,
    );
  });
});

describe("durations and amounts", () => {
  it.each([
    [187_200, `2${thin}d 4${thin}h`],
    [45, `45${thin}s`],
    [3_600, `1${thin}h`],
    [86_399, `1${thin}d`],
    [90, `1${thin}min 30${thin}s`],
    [0, `0${thin}s`],
  ])("says %d seconds", (value, text) => {
    expect(duration(value)).toBe(text);
  });
  it("shows amounts with cents only where there are any", () => {
    expect(amount(9.9)).toBe("9.90");
    expect(amount(12)).toBe("12");
    expect(amount(218764.5)).toBe(`218.8${thin}k`);
  });
});

describe("changes", () => {
  const count = { unit: "count", low_is_good: false } as const;
  const share = { unit: "rate", low_is_good: false } as const;
  it("gives counts in per cent and rates in points", () => {
    expect(change(metric({ value: 24118, previous: 22710 }), count)).toMatchObject({
      text: `6.2${thin}%`,
      up: true,
      good: true,
    });
    expect(change(metric({ value: 0.462, previous: 0.473 }), share)).toMatchObject({
      text: `1.1${thin}pt`,
      up: false,
      good: false,
    });
  });
  it("turns good and bad round where low is good", () => {
    expect(
      change(metric({ value: 0.02, previous: 0.03 }), { unit: "rate", low_is_good: true }),
    ).toMatchObject({ up: false, good: true });
  });
  it("says nothing where there is nothing to compare", () => {
    expect(change(metric({ value: 3 }), count)).toBeNull();
    expect(change(metric({ value: 3, previous: 0 }), count)).toBeNull();
    expect(change(metric({ previous: 3 }), share)).toBeNull();
  });
  it("calls an unchanged number unchanged", () => {
    expect(change(metric({ value: 100, previous: 100 }), count)).toMatchObject({
      flat: true,
      words: "unchanged",
    });
  });
});

describe("the edges of formats", () => {
  it.each([
    [99_999.4, "99,999.40"],
    [100_000, `100${thin}k`],
    [999_949, `999.9${thin}k`],
    [999_950, `1${thin}M`],
    [1_234_567_890, `1.235${thin}B`],
    [5e12, `5${thin}T`],
    [-100_000, `−100${thin}k`],
  ])("of counts: %d", (value, text) => {
    expect(compact(value)).toBe(text);
  });
  it("of counts that are shortened from elsewhere", () => {
    expect(compact(999_999, 1_000_000)).toBe("999,999");
    expect(compact(1_000_000, 1_000_000)).toBe(`1${thin}M`);
    expect(compact(150, 100)).toBe("150");
    expect(compact(12_345, 1000)).toBe(`12.35${thin}k`);
  });
  it.each([
    [0.0099, `0.99${thin}%`],
    [0.00995, `1.0${thin}%`],
    [-0.005, `−0.50${thin}%`],
    [-0.2, `−20.0${thin}%`],
  ])("of rates: %d", (value, text) => {
    expect(rate(value)).toBe(text);
  });
  it.each([
    [0.99, `0${thin}s`],
    [1, `1${thin}s`],
    [59.6, `1${thin}min`],
    [60, `1${thin}min`],
    [3_599, `59${thin}min 59${thin}s`],
    [3_661, `1${thin}h 1${thin}min`],
    [86_400, `1${thin}d`],
    [90_000, `1${thin}d 1${thin}h`],
    [86_400 * 1234 + 3_600, `1,234${thin}d 1${thin}h`],
  ])("of durations: %d", (value, text) => {
    expect(duration(value)).toBe(text);
  });
  it("of amounts", () => {
    expect(amount(null)).toBe(dash);
    expect(amount(99_999.99)).toBe("99,999.99");
    expect(amount(-100_000)).toBe(`−100${thin}k`);
    expect(amount(1500, 1000)).toBe(`1.5${thin}k`);
    expect(amount(12.345)).toBe("12.35");
  });
  it("of exact numbers", () => {
    expect(exact(null)).toBe(dash);
    expect(exact(1234.5678)).toBe("1,234.57");
    expect(exact(1234.5, 0)).toBe("1,235");
    expect(signed(0)).toBe("0");
    expect(signed(-1234)).toBe("−1,234");
  });
});

describe("each unit", () => {
  it.each([
    ["rate", 0.5, `50.0${thin}%`, `50.0${thin}%`],
    ["seconds", 3_600, `1${thin}h`, `1${thin}h`],
    ["amount", 123_456.7, `123.5${thin}k`, "123,456.70"],
    ["count", 123_456, `123.5${thin}k`, "123,456"],
    ["users", 123_456, `123.5${thin}k`, "123,456"],
  ] as const)("%s is short for the eye and exact by name", (unit, value, short, full) => {
    expect(shortValue(value, { unit })).toBe(short);
    expect(exactValue(value, { unit })).toBe(full);
  });
  it("is shortened from where it is told", () => {
    expect(shortValue(1234, { unit: "amount" }, 1000)).toBe(`1.234${thin}k`);
    expect(shortValue(1234, { unit: "count" }, 1000)).toBe(`1.234${thin}k`);
  });
});

describe("what stands behind a rate", () => {
  const one = metric({ value: 0.5, numerator: 1, denominator: 2 });
  it("is nothing for other units, or without both sides", () => {
    expect(fractionText(one, { unit: "count" })).toBeNull();
    expect(fractionText(metric({ value: 0.5, numerator: 1 }), { unit: "rate" })).toBeNull();
    expect(fractionText(metric({ value: 0.5, denominator: 1 }), { unit: "rate" })).toBeNull();
  });
  it("has no interval where it lacks an end", () => {
    expect(fractionText(one, { unit: "rate" })).toBe("1 of 2, too few to say much");
    const enough = metric({ value: 0.5, numerator: 15, denominator: 30 });
    expect(fractionText(enough, { unit: "rate" })).toBe("15 of 30");
    expect(interval(metric({ low: 0.1 }))).toBeNull();
    expect(interval(metric({ high: 0.1 }))).toBeNull();
  });
  it("names what it is of: one in the singular, and over it where more than that came", () => {
    const entries = { unit: "rate", base: "entries reached" } as const;
    expect(ofBase(one, entries)).toBe("of 2 entries reached");
    expect(ofBase(metric({ value: 1, denominator: 1 }), entries, "only ")).toBe(
      "of only 1 entry reached",
    );
    const many = metric({ value: 14.7, numerator: 16_669, denominator: 1133 });
    expect(ofBase(many, entries)).toBe("over 1,133 entries reached");
    expect(sides(many, entries)).toBe("16,669 over 1,133");
    expect(ofBase(metric({ value: 1 }), entries)).toBe("");
    expect(ofBase(one, { unit: "rate" })).toBe("of 2");
  });
  it("marks the denominator where that is an estimate", () => {
    const approximate = { within: "", numerator: false, denominator: true };
    expect(fraction(one, { unit: "rate", approximate })).toEqual(["1", `≈${thin}2`]);
  });
});

describe("a change in words", () => {
  const count = { unit: "count", low_is_good: false } as const;
  const approximate = { within: "", numerator: true, denominator: true };
  it.each([
    [150, 100, "up 50.0 per cent", `50.0${thin}%`],
    [50, 100, "down 50.0 per cent", `50.0${thin}%`],
    [50, -100, "up 150.0 per cent", `150.0${thin}%`],
    [1_099_4, 1_000, "up 999.4 per cent", `999.4${thin}%`],
    [11_000, 1_000, "up 1,000 per cent", `1,000${thin}%`],
    [1001, 1000, "up 0.1 per cent", `0.1${thin}%`],
    [10_004, 10_000, "unchanged", `0${thin}%`],
  ])("of %d after %d", (value, previous, words, text) => {
    expect(change(metric({ value, previous }), count)).toMatchObject({ words, text });
  });
  it("of rates is in points, also from nothing", () => {
    const share = { unit: "rate", low_is_good: false } as const;
    expect(change(metric({ value: 0.1, previous: 0 }), share)).toEqual({
      text: `10.0${thin}pt`,
      words: "up 10.0 points",
      up: true,
      flat: false,
      good: true,
    });
    expect(change(metric({ value: 0.1, previous: 0.1 }), share)).toMatchObject({
      text: `0${thin}pt`,
      up: false,
    });
  });
  it("of an estimate is one", () => {
    expect(change(metric({ value: 150, previous: 100 }), { ...count, approximate })).toMatchObject({
      text: `≈${thin}50.0${thin}%`,
      words: `up ≈${thin}50.0 per cent`,
    });
  });
});

describe("a plural", () => {
  it("counts", () => {
    expect(plural(1, "card")).toBe("1 card");
    expect(plural(0, "card")).toBe("0 cards");
    expect(plural(1234, "entry", "entries")).toBe("1,234 entries");
    expect(plural(null, "card")).toBe("– cards");
  });
});
