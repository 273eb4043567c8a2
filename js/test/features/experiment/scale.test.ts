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

describe("a scale in numbers", () => {
  it("begins below 0 where something does, and its places are shares of its length", () => {
    const scale = scaleFrom(-0.03, 0.09);
    expect(scale.ticks.map((tick) => Number(tick.toFixed(3)))).toEqual([-0.05, 0, 0.05, 0.1]);
    expect([place(scale, scale.low), place(scale, 0.1)].map((at) => Number(at.toFixed(6)))).toEqual(
      [0, 1],
    );
    expect(place(scale, 0.025)).toBeCloseTo(0.5);
    const below = scaleFrom(-0.4, -0.1);
    expect([below.low, below.high + 0]).toEqual([-0.4, 0]);
  });
  it("leaves out what is not known, and holds what is", () => {
    const scale = forestScale([
      [0.1, null, null],
      [null, -0.02, 0.16],
    ]);
    expect(scale.low).toBeCloseTo(-0.1);
    expect(scale.high).toBeCloseTo(0.2);
    expect(scale.ticks).toHaveLength(4);
    // Nothing is lost that there is not: the scale ends at -100 %, and so do its ticks.
    const lost = forestScale([[-0.98, -1.4, -0.9]]);
    expect(lost.low).toBe(-1);
    expect(lost.ticks).toEqual([-1, -0.5, 0]);
  });
  it("is of the later looks, and of all differences", () => {
    const wide = [-5, -4, null, -0.06, -0.07];
    const scale = timeScale([0.1, 0.1, null, 0.1, 0.1], wide, [5, 4, null, 0.16, 0.14]);
    expect([scale.low, scale.high].map((end) => Number(end.toFixed(3)))).toEqual([-0.1, 0.2]);
    const none = timeScale([null], [null], [null]);
    expect([none.low, none.high]).toEqual([0, 0.05]);
  });
});
