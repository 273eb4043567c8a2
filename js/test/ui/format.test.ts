import { describe, expect, it } from "vitest";
import {
  amount,
  change,
  compact,
  dash,
  duration,
  exact,
  exactValue,
  fractionText,
  interval,
  rate,
  rateWithInterval,
  raw,
  shortValue,
  signed,
  wholeRate,
} from "../../src/ui/format";
import type { Metric } from "../../src/wire/wire";

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
    [-123456, `-123.5${thin}k`],
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
    [0, `0.0${thin}%`],
    [1, `100.0${thin}%`],
    [0.00996, `1.0${thin}%`],
  ])("shows %d", (value, text) => {
    expect(rate(value)).toBe(text);
  });
  it("shows a dash where there is no denominator", () => {
    expect(rate(null)).toBe(dash);
    expect(wholeRate(null)).toBe(dash);
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
  it("keeps tiny shares apart from nothing", () => {
    expect(wholeRate(0.004)).toBe(`<${thin}1${thin}%`);
    expect(wholeRate(0)).toBe(`0${thin}%`);
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
