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
    expect(words).toContain("A real difference");
    expect(
      compared(row("platform", null, { p_adjusted: 1e-9 }), { segment: 1, rest: 1 }),
    ).toContain("unknown");
    expect(points(0)).toBe("0.0");
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
