import { describe, expect, it } from "vitest";
import { wilsonInterval } from "../../src/saved/wilson";

describe("Wilson's interval", () => {
  // Of scipy.stats.binomtest(k, n).proportion_ci(method="wilson").
  it.each([
    [0, 10, 0, 0.277532799862889],
    [5, 10, 0.236593090512564, 0.763406909487436],
    [10, 10, 0.722467200137111, 1],
    [1, 3, 0.061491944720396, 0.792340399197952],
  ])("of %d in %d", (k, n, low, high) => {
    const found = wilsonInterval(k, n)!;
    expect(found.low).toBeCloseTo(low, 6);
    expect(found.high).toBeCloseTo(high, 6);
  });
  it("ends at nothing and at everything, whatever is rounded", () => {
    for (let n = 1; n < 300; n++) {
      expect(wilsonInterval(0, n)!.low).toBe(0);
      expect(wilsonInterval(n, n)!.high).toBe(1);
    }
  });
  it.each([
    [12, 10],
    [-1, 10],
    [0, 0],
    [1, -2],
    [Number.NaN, 3],
  ])("is none of %d in %d", (k, n) => {
    expect(wilsonInterval(k, n)).toBeNull();
  });
});
