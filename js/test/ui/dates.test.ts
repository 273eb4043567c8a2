import { describe, expect, it } from "vitest";
import {
  addMonths,
  dayAfterKey,
  dayOf,
  isoOf,
  longWords,
  monthWords,
  rangeWords,
  sameMonth,
  shortWords,
  weekday,
  weeksOf,
} from "../../src/ui/dates";

const days = (...iso: string[]): number[] => iso.map(dayOf);

describe("days", () => {
  it("are the same in every zone, and come back as they were", () => {
    for (const iso of ["1970-01-01", "2024-02-29", "2026-03-08", "2026-10-25", "1969-12-31"])
      expect(isoOf(dayOf(iso))).toBe(iso);
    expect(longWords(dayOf("2026-03-12"))).toBe("Thursday 12 March 2026");
  });
  it("begin their weeks on Monday, also before 1970", () => {
    expect(
      days("2026-03-09", "2026-03-15", "1970-01-01", "1969-12-29", "1969-12-28").map(weekday),
    ).toEqual([0, 6, 3, 0, 6]);
    const weeks = weeksOf(dayOf("2026-03-20"));
    expect(weeks.map((week) => week.length)).toEqual([7, 7, 7, 7, 7, 7]);
    expect([isoOf(weeks[0]![0]!), isoOf(weeks[5]![6]!)]).toEqual(["2026-02-23", "2026-04-05"]);
  });
  it("go by months without leaving them", () => {
    const moved = (iso: string, count: number): string => isoOf(addMonths(dayOf(iso), count));
    expect([
      moved("2026-01-31", 1),
      moved("2024-01-31", 1),
      moved("2026-03-31", -1),
      moved("2026-12-15", 1),
    ]).toEqual(["2026-02-28", "2024-02-29", "2026-02-28", "2027-01-15"]);
  });
  it("follow the keys of a calendar", () => {
    const from = dayOf("2026-03-12");
    const to = (key: string, shift = false): string => isoOf(dayAfterKey(from, key, shift) ?? 0);
    expect(
      ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"].map(
        (key) => to(key),
      ),
    ).toEqual([
      "2026-03-11",
      "2026-03-13",
      "2026-03-05",
      "2026-03-19",
      "2026-03-09",
      "2026-03-15",
      "2026-02-12",
      "2026-04-12",
    ]);
    expect(to("PageUp", true)).toBe("2025-03-12");
    expect(dayAfterKey(from, "a", false)).toBeNull();
  });
  it("are told as a range without repeating themselves", () => {
    const told = (first: string, last: string): string => rangeWords(dayOf(first), dayOf(last));
    expect(told("2026-03-05", "2026-03-05")).toBe("5 Mar 2026");
    expect(told("2026-03-05", "2026-03-20")).toBe("5–20 Mar 2026");
    expect(told("2026-02-28", "2026-03-03")).toBe("28 Feb – 3 Mar 2026");
    expect(told("2025-12-30", "2026-01-02")).toBe("30 Dec 2025 – 2 Jan 2026");
  });
});

describe("a calendar", () => {
  it("says months and short days", () => {
    expect(monthWords(dayOf("2026-03-12"))).toBe("March 2026");
    expect(shortWords(dayOf("2026-03-05"))).toBe("5 Mar 2026");
    expect(sameMonth(dayOf("2026-03-01"), dayOf("2026-03-31"))).toBe(true);
    expect(sameMonth(dayOf("2026-03-31"), dayOf("2026-04-01"))).toBe(false);
    expect(sameMonth(dayOf("2026-03-31"), dayOf("2025-03-31"))).toBe(false);
  });
  it("goes by years with Shift, down as well as up", () => {
    const to = (key: string): string => isoOf(dayAfterKey(dayOf("2024-02-29"), key, true) ?? 0);
    expect([to("PageUp"), to("PageDown")]).toEqual(["2023-02-28", "2025-02-28"]);
  });
  it("begins a month that begins on Monday with its first", () => {
    expect(isoOf(weeksOf(dayOf("2026-06-15"))[0]![0]!)).toBe("2026-06-01");
  });
});
