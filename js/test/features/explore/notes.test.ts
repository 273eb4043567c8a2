import { describe, expect, it } from "vitest";
import { flags, lined, type Noted, notedIntervals } from "../../../src/features/explore/notes";
import type { Note } from "../../../src/wire/annotations";
import type { SeriesRow } from "../../../src/wire/chart";
import { ofNoRate } from "../../support/bytes";

const day = 86_400_000;
const note = (at: number, text = "x", kind: Note["kind"] = "first"): Note => ({ at, text, kind });
const rowsAt = (times: number[]): SeriesRow[] =>
  times.map((time_ms) => ({
    time_ms,
    start: new Date(time_ms).toISOString().slice(0, 10),
    value: 1,
    previous: null,
    by: null,
    open: false,
    ...ofNoRate,
  }));
const march = (date: number): number => Date.UTC(2026, 2, date);

describe("notes of a chart", () => {
  it("stand on the interval that they are in, and nowhere else", () => {
    const days = rowsAt([march(1), march(2)]);
    const notes = [march(1) - 1, march(1), march(2) - 1, march(2), march(3) - 1, march(3)];
    const found = notedIntervals(
      notes.map((at) => note(at)),
      days,
      "1d",
      "UTC",
    );
    expect(found.map(({ start, notes: own }) => [start, own.length])).toEqual([
      ["2026-03-01", 2],
      ["2026-03-02", 2],
    ]);
    const last = (every: string, at: number): number =>
      notedIntervals([note(at)], rowsAt([march(2)]), every, "UTC").length;
    expect([last("1h", march(2) + 3_599_999), last("1h", march(2) + 3_600_000)]).toEqual([1, 0]);
    expect([last("1w", march(9) - 1), last("1w", march(9))]).toEqual([1, 0]);
    expect([last("1mo", march(32) - 1), last("1mo", march(32))]).toEqual([1, 0]);
  });
  it("end with a week in which clocks change", () => {
    const zone = "America/New_York";
    for (const [start, end] of [
      [Date.UTC(2026, 2, 2, 5), Date.UTC(2026, 2, 9, 4)],
      [Date.UTC(2026, 9, 26, 4), Date.UTC(2026, 10, 2, 5)],
    ] as const) {
      const found = [end - 1, end].map(
        (at) => notedIntervals([note(at)], rowsAt([start]), "1w", zone).length,
      );
      expect(found).toEqual([1, 0]);
    }
  });
  it("are one where they would meet, one's own first, and stay in the box", () => {
    const noted = (time: number, ...notes: Note[]): Noted => ({
      time,
      start: `day ${time}`,
      notes,
    });
    const far = [noted(1, note(1, "Start")), noted(2, note(2, "Sale"))];
    expect(flags(far, [10, 300], 600).map(({ label }) => label)).toEqual(["Start", "Sale"]);
    expect(flags(far, [10, 30], 600)).toMatchObject([
      { label: "2 notes", x: 10, tip: "day 1\nStart\nday 2\nSale" },
    ]);
    const own = [noted(1, note(1, "Start")), noted(2, note(2, "Sale", "own"))];
    expect(flags(own, [10, 30], 600)[0]?.label).toBe("Sale +1");
    for (let seed = 1; seed < 300; seed += 1) {
      const xs = Array.from({ length: 12 }, (_, at) => (seed * (at + 3) * 7919) % 400).sort(
        (a, b) => a - b,
      );
      const texts = xs.map((x, at) => noted(x, note(x, "w".repeat((at * seed) % 40))));
      const found = flags(texts, xs, 400);
      expect(found.length).toBeGreaterThan(0);
      found.forEach(({ left, width }, at) => {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left + width).toBeLessThanOrEqual(400);
        expect(left).toBeGreaterThan((found[at - 1]?.left ?? -9) + (found[at - 1]?.width ?? 0));
      });
      expect(found.flatMap(({ tip }) => tip.split("\n")).length).toBe(24);
    }
  });
  it("have no lines where there are many first sends, but for what else is noted", () => {
    const sends = Array.from({ length: 9 }, (_, at) => ({
      time: at,
      start: "",
      notes: [note(at)],
    }));
    expect(lined(sends.slice(1))).toHaveLength(8);
    expect(lined(sends)).toEqual([]);
    const sale = { time: 9, start: "", notes: [note(9), note(9, "Sale", "own")] };
    expect(lined([...sends, sale])).toEqual([sale]);
  });
  it("are none without rows", () => {
    expect(notedIntervals([note(day)], [], "1d", "UTC")).toEqual([]);
  });
});

describe("what stands above a plot", () => {
  const at = (text: string, kind: Note["kind"] = "own"): Noted => ({
    time: 1,
    start: "day 1",
    notes: [note(1, text, kind)],
  });
  it("is cut with an ellipsis where it is longer than has room, and keeps how many more there are", () => {
    const [whole] = flags([at("w".repeat(20))], [10], 600);
    expect(whole).toEqual({
      x: 10,
      left: 6,
      width: 12 + 6.6 * 20,
      before: false,
      label: "w".repeat(20),
      tip: `day 1\n${"w".repeat(20)}`,
    });
    const [cut] = flags([at("w".repeat(21))], [10], 600);
    expect([cut!.label, cut!.width]).toEqual([`${"w".repeat(19)}…`, 12 + 6.6 * 20]);
    const [spaced] = flags([at(`${"w".repeat(18)} more`)], [10], 600);
    expect(spaced!.label).toBe(`${"w".repeat(18)}…`);
    const two = [at("w".repeat(30)), at("Start", "first")];
    expect(flags(two, [10, 12], 600)[0]!.label).toBe(`${"w".repeat(16)}… +1`);
  });
  it("stands before its line at the right end", () => {
    const [flag] = flags([at("Sale")], [590], 600);
    const width = 12 + 6.6 * 4;
    expect(flag).toMatchObject({ before: true, width, left: 594 - width });
    expect(flags([at("Sale")], [599], 600)[0]!.left).toBe(600 - width);
    expect(flags([at("Sale")], [2], 600)[0]).toMatchObject({ left: 0, before: false });
  });
  it("is in the order of the days, whatever the order of rows and notes", () => {
    const rows = rowsAt([march(3), march(1), march(2)]);
    const found = notedIntervals([note(march(3)), note(march(1))], rows, "1d", "UTC");
    expect(found.map(({ start }) => start)).toEqual(["2026-03-01", "2026-03-03"]);
    expect(notedIntervals([], rows, "1d", "UTC")).toEqual([]);
  });
});
