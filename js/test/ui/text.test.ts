import { describe, expect, it } from "vitest";
import { everyChoices, rangeChoices } from "../../src/ui/choices";
import { capitalised, spaced } from "../../src/ui/text";

describe("keys", () => {
  it("become words", () => {
    expect(spaced("users_who_opened")).toBe("users who opened");
    expect(capitalised("users who opened")).toBe("Users who opened");
    expect(capitalised("")).toBe("");
  });
});

describe("choices", () => {
  it("are all that are known where the kernel names none", () => {
    expect(everyChoices([])).toEqual([
      { value: "1h", label: "Hour" },
      { value: "1d", label: "Day" },
      { value: "1w", label: "Week" },
      { value: "1mo", label: "Month" },
      { value: "auto", label: "Auto" },
    ]);
    expect(rangeChoices([]).map(({ value }) => value)).toEqual([
      "whole",
      "today",
      "yesterday",
      "7d",
      "14d",
      "30d",
      "90d",
      "custom",
    ]);
    expect(rangeChoices([]).map(({ label }) => label)).toEqual([
      "Whole campaign",
      "Today",
      "Yesterday",
      "Last 7 days",
      "Last 14 days",
      "Last 30 days",
      "Last 90 days",
      "Custom dates",
    ]);
  });
  it("name the latest day where nothing came today", () => {
    const [today, april] = [20_555, 20_190];
    const labels = (newest: number): string[] =>
      rangeChoices(["today", "yesterday", "7d"], newest, today).map(({ label }) => label);
    expect(labels(today)).toEqual(["Today", "Yesterday", "Last 7 days"]);
    expect(labels(april)).toEqual(["Latest day (12 Apr)", "Day before (11 Apr)", "Last 7 days"]);
  });
  it("are those that it names, an unknown one by its key", () => {
    expect(everyChoices(["1w", "3d"])).toEqual([
      { value: "1w", label: "Week" },
      { value: "3d", label: "3d" },
      { value: "auto", label: "Auto" },
    ]);
  });
});
