import { describe, expect, it } from "vitest";
import { slice } from "../../../src/features/explore/table";

describe("a long table", () => {
  it("holds the rows in sight and some around them", () => {
    expect(slice(400, 9999)).toEqual([0, 400]);
    expect(slice(5000, 0)).toEqual([0, 60]);
    expect(slice(5000, 26 * 1000)).toEqual([980, 1040]);
    expect(slice(5000, 26 * 5000)).toEqual([4940, 5000]);
  });
});
