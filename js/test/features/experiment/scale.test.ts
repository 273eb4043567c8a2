import { describe, expect, it } from "vitest";
import {
  forestScale,
  niceStep,
  place,
  scaleFrom,
  timeScale,
} from "../../../src/features/experiment/scale";

describe("a scale", () => {
  it("steps by 1, 2 or 5 times a power of ten", () => {
    expect([0.0012, 0.02, 0.21, 3, 51].map(niceStep)).toEqual([0.002, 0.02, 0.5, 5, 100]);
  });
  it("holds 0 and what it is made for, and begins and ends on a tick", () => {
    const scale = scaleFrom(0.03, 0.15);
    expect(scale.low).toBe(0);
    expect(scale.high).toBeCloseTo(0.15);
    expect(scale.ticks.map((tick) => Number(tick.toFixed(3)))).toEqual([0, 0.05, 0.1, 0.15]);
    expect(place(scale, 0.075)).toBeCloseTo(0.5);
  });
  it("is one of something even where all differences are 0", () => {
    expect(scaleFrom(0, 0).high).toBeGreaterThan(0);
    expect(forestScale([[null, null, null]]).high).toBeGreaterThan(0);
  });
});

describe("the scale of rows", () => {
  it("holds every difference, and leaves off the end of an interval that is far longer", () => {
    const scale = forestScale([
      [0.2, 0.1, 0.3],
      [0.1, -0.9, 9],
    ]);
    expect(scale.high).toBeGreaterThanOrEqual(0.3);
    expect(scale.high).toBeLessThan(1);
    expect(scale.low).toBeLessThanOrEqual(-0.4);
    expect(scale.low).toBeGreaterThan(-0.9);
  });
});

describe("the scale over time", () => {
  it("lets the wide intervals of early looks leave it, but no difference", () => {
    const scale = timeScale([0.3, 0.1, 0.1, 0.1], [-5, -4, 0.05, 0.06], [5, 4, 0.15, 0.14]);
    expect(scale.high).toBeGreaterThanOrEqual(0.3);
    expect(scale.high).toBeLessThan(5);
  });
  it("is there without anything known", () => {
    expect(timeScale([null], [null], [null]).ticks.length).toBeGreaterThan(1);
  });
});
