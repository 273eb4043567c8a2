import { describe, expect, it } from "vitest";
import { fileName } from "../../src/ui/download";

describe("a file", () => {
  it("is named by a title", () =>
    expect(fileName("Engaged, Welcome / back, per day")).toBe("engaged-welcome-back-per-day"));
});
