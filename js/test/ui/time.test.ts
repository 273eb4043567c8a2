import { describe, expect, it } from "vitest";
import { ago, clock, day, delay, isoDay } from "../../src/ui/time";

const [second, minute, hour, oneDay] = [1000, 60_000, 3_600_000, 86_400_000] as const;
const noon = Date.UTC(2026, 3, 12, 12);

describe("an instant", () => {
  it("is told in the zone that is named", () => {
    const late = Date.UTC(2026, 3, 12, 23, 5, 59);
    expect(clock(late, late, "UTC")).toBe("23:05");
    expect(clock(late, late, "Asia/Tokyo")).toBe("08:05");
    expect(day(late, "UTC")).toBe("12 Apr 2026");
    expect(day(late, "Asia/Tokyo")).toBe("13 Apr 2026");
    expect(isoDay(late, "UTC")).toBe("2026-04-12");
    expect(isoDay(late, "Asia/Tokyo")).toBe("2026-04-13");
    expect(isoDay(Date.UTC(2026, 0, 5), "UTC")).toBe("2026-01-05");
  });
  it("has its date on any other day, and midnight is 00:00", () => {
    expect(clock(noon - oneDay, noon, "UTC")).toBe("11 Apr 2026, 12:00");
    expect(clock(Date.UTC(2026, 3, 12, 0, 3), noon, "UTC")).toBe("00:03");
  });
  it("is told in UTC where the browser does not know the zone", () => {
    expect(clock(noon, noon, "Mars/Olympus")).toBe("12:00");
  });
});

describe("an age", () => {
  it.each([
    [-hour, "just now"],
    [59 * second, "just now"],
    [minute, "1 min ago"],
    [59 * minute + 59 * second, "59 min ago"],
    [hour, "1 h ago"],
    [48 * hour - 1, "47 h ago"],
    [48 * hour, "2 days ago"],
    [60 * oneDay - 1, "59 days ago"],
    [60 * oneDay, "2 months ago"],
    [715 * oneDay, "23 months ago"],
    [716 * oneDay, "2 years ago"],
    [1278 * oneDay, "3 years ago"],
    [1279 * oneDay, "4 years ago"],
  ])("of %d ms", (ms, words) => expect(ago(noon - ms, noon)).toBe(words));
});

describe("a delay", () => {
  it.each([
    [-1, "at once"],
    [0, "at once"],
    [1, "1 min"],
    [90 * second, "2 min"],
    [hour - 1, "60 min"],
    [hour, "1 h"],
    [1.5 * hour, "1.5 h"],
    [23 * hour, "23 h"],
    [24 * hour, "1 day"],
    [25 * hour, "25 h"],
    [48 * hour, "2 days"],
  ])("of %d ms", (ms, words) => expect(delay(ms)).toBe(words));
});
