import { describe, expect, it } from "vitest";
import words from "../../../../src/results_widgets/_shared/chart.json";
import { captionOf, ownerOf, selectedTitle } from "../../../src/features/explore/shown";
import type { SeriesRow } from "../../../src/wire/chart";
import { glossary } from "../../support/campaign";
import { entry, snapshotOf } from "../../support/snapshot";

describe("the caption of a part", () => {
  const fill = (text: string, parts: Record<string, unknown>): string =>
    text.replace(/{(\w+)}/g, (_, name: string) => String(parts[name]));
  const few = (said: string, few: number, points: number): string =>
    fill(said, { few, points, interval: "day", enough: 100, base: "entries" });
  const entry = { ...Object.values(glossary)[0]!, approximate: null } as never;
  const row = (more: Partial<SeriesRow>): SeriesRow =>
    ({ by: null, low: null, previous: null, open: false, base: null, ...more }) as SeriesRow;
  const of = (parts: string[], rows: SeriesRow[] | null): string[] =>
    captionOf({ caption: parts.join(" · "), zone_label: "UTC" }, entry, rows).split(" · ");

  it("says of the whole what Python says", () => {
    expect(of(["Days in UTC", words.captionOpen], null)).toEqual([
      "Days in UTC",
      words.captionOpen,
    ]);
  });

  it("says nothing of marks that are out of sight", () => {
    const dashed = fill(words.captionCompared, { days: "1 to 7 March", age: "" });
    const all = ["Days in UTC", words.captionBand, words.captionOpen, dashed];
    expect(of(all, [row({})])).toEqual(["Days in UTC"]);
    expect(of(all, [row({ low: 0 }), row({})])).toEqual(all.slice(0, 2));
    expect(of(all, [row({ open: true, previous: 0 })])).toEqual([all[0], ...all.slice(2)]);
  });

  it("does not say how many of all points are of few", () => {
    const all = ["Days in UTC", few(words.captionFew, 5, 40), few(words.captionOneFew, 1, 40)];
    expect(of(all, [row({ base: 20 })])).toEqual(["Days in UTC"]);
    const chosen = fill(words.captionChosen, { enough: 100, base: "entries" });
    expect(of([chosen], [row({ base: 20 })])).toEqual([chosen]);
  });

  it("speaks of groups where several are in sight", () => {
    const all = ["the 8 largest of 12 groups, the others added up"];
    const groups = [row({ by: "a" }), row({ by: "b" })];
    expect(of(all, groups)).toEqual(all);
    expect(of(["Days in UTC", ...all], groups.slice(0, 1))).toEqual(["Days in UTC"]);
  });
});

describe("what is shown", () => {
  it("is of an action, else of a channel, else of the campaign", () => {
    expect(ownerOf({ action: "a", channel: "email" })).toEqual(["action", "a"]);
    expect(ownerOf({ action: null, channel: "email" })).toEqual(["channel", "email"]);
    expect(ownerOf({ action: null, channel: null })).toEqual(["campaign", ""]);
  });
  it("is named by the selection until its chart is there", () => {
    const few = snapshotOf({ opened: entry("Opens"), "push:opened": entry("Direct opens") }, []);
    const titled = (action: string | null, channel: string | null): string =>
      selectedTitle({ ...few, selection: { ...few.selection, metric: "opened", action, channel } });
    expect(titled(null, null)).toBe("Opens");
    expect(titled(null, "email")).toBe("Opens · Email");
    expect(titled("note", null)).toBe("Direct opens · Push note");
  });
  it("has its zone where there is no caption yet, and how near its estimates are", () => {
    const exact = { ...Object.values(glossary)[0]!, approximate: null } as never;
    const near = { approximate: { within: "within 2 %" } } as never;
    const of = (caption: string, zone_label: string, one: never): string =>
      captionOf({ caption, zone_label }, one);
    expect(of("", "UTC", exact)).toBe("Times in UTC");
    expect(of("", "", exact)).toBe("");
    expect(of("Days in UTC", "UTC", near)).toBe("Days in UTC · ≈: within 2 %");
  });
});
