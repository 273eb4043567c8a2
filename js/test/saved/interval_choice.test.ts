import { describe, expect, it } from "vitest";
import { chosenInterval } from "../../src/saved/interval_choice";
import type { Values } from "../../src/saved/page";

const of = (bases: Record<string, Values>, asked = "auto") =>
  chosenInterval(asked, "entries", (every) => bases[every] ?? null);

describe("the interval of a rate", () => {
  it("is the shortest by which each point has a hundred", () => {
    expect(of({ "1d": [100, 250, 0, null, 130], "1w": [480] })).toEqual({ every: "1d", words: "" });
    expect(of({ "1d": [99, 250], "1w": [500, 100, 100], "1mo": [600, 900, 800] })).toEqual({
      every: "1w",
      words: "so that each has at least 100 entries",
    });
  });
  it("is the one by which most points do, where none leaves every point enough", () => {
    expect(of({ "1d": [20, 90, 150], "1w": [110, 200, 7], "1mo": [317] })).toEqual({
      every: "1w",
      words: "1 of 3 weeks has under 100 entries",
    });
    expect(of({ "1d": [2, 3, 4], "1w": [5, 4], "1mo": [9] })).toEqual({
      every: "1d",
      words: "3 of 3 days have under 100 entries",
    });
  });
  it("is no line of one point or two, unless there is no other", () => {
    expect(of({ "1d": [20, 20, 20], "1w": [110, 120], "1mo": [230] }).every).toBe("1d");
    expect(of({ "1d": [60, 60], "1w": [120], "1mo": [120] }).every).toBe("1d");
    expect(of({ "1d": [120], "1w": [120], "1mo": [120] })).toEqual({ every: "1d", words: "" });
  });
  it("is the one asked for, and says what that leaves", () => {
    const bases = { "1d": [99, 250], "1w": [349] };
    expect(of(bases, "1d")).toEqual({ every: "1d", words: "1 of 2 days has under 100 entries" });
    expect(of(bases, "1w")).toEqual({ every: "1w", words: "" });
    expect(of({}, "1mo")).toEqual({ every: "1mo", words: "" });
  });
  it("is a day where nothing is known, or it is no rate", () => {
    expect(of({})).toEqual({ every: "1d", words: "" });
    expect(of({ "1d": [], "1w": [0] })).toEqual({ every: "1d", words: "" });
  });
});
