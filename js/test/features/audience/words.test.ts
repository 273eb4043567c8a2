import { describe, expect, it } from "vitest";
import {
  attributesOf,
  combinationWords,
  compared,
  pairOf,
  points,
} from "../../../src/features/audience/words";
import { row } from "../../support/people";

const thin = "\u202f";

describe("words", () => {
  it("names combinations of two and of more", () => {
    const [two, three] = [
      ["A", "B"],
      ["A", "B", "C"],
    ];
    expect(combinationWords([true, false], two)).toBe("Only in A");
    expect(combinationWords([true, true], two)).toBe("In both");
    expect(combinationWords([false, true, false], three)).toBe("Only in B");
    expect(combinationWords([true, false, true], three)).toBe("In A and C, not in B");
    expect(combinationWords([true, true, true], three)).toBe("In all of them");
  });

  it("says a comparison with its interval and test", () => {
    const words = compared(row("platform", "ios", { differs: true }), { segment: 100, rest: 100 });
    expect(words).toContain(`platform ios: 30 of 100 in the segment (30.0${thin}%)`);
    expect(words).toContain(
      "Difference +10.0 points, 95 % interval −0.40 to +20.0 (Newcombe), adjusted p 0.04 (Benjamini and Hochberg)",
    );
    expect(words).toContain("Significant difference");
    expect(
      compared(row("platform", null, { p_adjusted: 1e-9 }), { segment: 1, rest: 1 }),
    ).toContain("unknown");
    expect(points(0)).toBe("0");
  });

  it("puts ranges in their order and other values by their users", () => {
    const rows = [
      row("age", "over 30"),
      row("age", "up to 10"),
      row("age", "over 10, up to 30"),
      row("plan", "free", { rest: 1 }),
      row("plan", "pro", { differs: true }),
    ];
    const [age, plan] = attributesOf(rows);
    expect(age!.rows.map((own) => own.value)).toEqual(["up to 10", "over 10, up to 30", "over 30"]);
    expect(plan!.rows.map((own) => own.value)).toEqual(["pro", "free"]);
    expect([age!.differs, plan!.differs]).toEqual([false, true]);
  });

  it("fills in the parts that nobody is in", () => {
    expect(pairOf([{ parts: [true, true], users: 7 }])).toEqual([0, 7, 0]);
  });
});

describe("a comparison", () => {
  const sizes = { segment: 100, rest: 200 };

  it("says both shares, the difference, its interval and its test, line by line", () => {
    expect(compared(row("platform", "ios", { differs: true, p_adjusted: 0.0004 }), sizes)).toBe(
      [
        `platform ios: 30 of 100 in the segment (30.0${thin}%)`,
        `20 of 200 in the rest of the campaign (20.0${thin}%)`,
        "Difference +10.0 points, 95 % interval −0.40 to +20.0 (Newcombe), adjusted p below 0.001 (Benjamini and Hochberg)",
        "Significant difference",
      ].join("\n"),
    );
  });
  it("says no more than there is", () => {
    const lines = compared(row("platform", null, { p_adjusted: null }), sizes).split("\n");
    expect(lines[0]).toBe(`platform unknown: 30 of 100 in the segment (30.0${thin}%)`);
    expect(lines[2]).toBe("Difference +10.0 points, 95 % interval −0.40 to +20.0 (Newcombe)");
    expect(lines[3]).toBe("Not significant");
    for (const missing of [{ difference: null }, { low: null }, { high: null }])
      expect(compared(row("platform", "ios", missing), sizes)).toBe(
        `platform ios: 30 of 100 in the segment (30.0${thin}%)`,
      );
  });
  it.each([
    [0.001, "0.001"],
    [0.00099, "below 0.001"],
    [0.01234, "0.012"],
  ])("rounds p = %d", (p_adjusted, text) => {
    expect(compared(row("a", "b", { p_adjusted }), sizes)).toContain(`adjusted p ${text} (`);
  });
  it.each([
    [0.123, "+12.3"],
    [-0.0042, "−0.42"],
    [0, "0"],
  ])("signs a difference of %d", (difference, text) => {
    expect(points(difference)).toBe(text);
  });
});

describe("a combination", () => {
  const names = ["A", "B", "C"];
  it.each([
    [[true, null], "In A"],
    [[false, true], "Only in B"],
    [[true, true], "In both"],
  ])("of two: %j", (parts, words) => {
    expect(combinationWords(parts, ["A", "B"])).toBe(words);
  });
  it.each([
    [[true, true, true], "In all of them"],
    [[true, true, null], "In A and B"],
    [[true, true, false], "In A and B, not in C"],
    [[true, false, false], "Only in A"],
    [[true, false, null], "In A"],
  ])("of three: %j", (parts, words) => {
    expect(combinationWords(parts, names)).toBe(words);
  });
  it("lists more than two with commas", () => {
    expect(combinationWords([true, true, true, false], ["A", "B", "C", "D"])).toBe(
      "In A, B and C, not in D",
    );
  });
  it("of a pair has three parts", () => {
    const overlap = [
      { parts: [false, true], users: 2 },
      { parts: [true, true], users: 3 },
      { parts: [true, false], users: 1 },
    ];
    expect(pairOf(overlap)).toEqual([1, 3, 2]);
    expect(pairOf([])).toEqual([0, 0, 0]);
  });
});

describe("the values of an attribute", () => {
  it("stand in the kernel's order of attributes, ranges before others", () => {
    const rows = [
      row("plan", "free", { segment: 1, rest: 1 }),
      row("age", "over 100"),
      row("age", "over 9"),
      row("age", "up to 9"),
      row("age", null, { segment: 9, rest: 0 }),
      row("plan", "pro", { segment: 5, rest: 0, differs: true }),
      row("plan", "team", { segment: 0, rest: 6 }),
    ];
    const found = attributesOf(rows);
    expect(found.map(({ name, differs }) => [name, differs])).toEqual([
      ["plan", true],
      ["age", false],
    ]);
    expect(found[0]!.rows.map(({ value }) => value)).toEqual(["team", "pro", "free"]);
    expect(found[1]!.rows.filter(({ value }) => value !== null).map(({ value }) => value)).toEqual([
      "up to 9",
      "over 9",
      "over 100",
    ]);
  });
});
