import { describe, expect, it } from "vitest";
import words from "../../../../src/results_widgets/_shared/chart.json";
import { captionOf } from "../../../src/features/explore/shown";
import type { SeriesRow } from "../../../src/wire/chart";
import { glossary } from "../../support/campaign";

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
