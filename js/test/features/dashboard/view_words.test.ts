import { describe, expect, it } from "vitest";
import { viewWords } from "../../../src/features/dashboard/view_words";
import type { KeptView } from "../../../src/wire/views";
import { entry, snapshotOf } from "../../support/snapshot";

const few = snapshotOf({ opened: entry("Opens"), "push:opened": entry("Direct opens") }, []);
const shown = {
  ...few,
  campaign: {
    ...few.campaign,
    variants: [{ id: "B", name: "15 % off", share: 0.5, control: false }],
  },
  options: { by: [], time_zones: [], ranges: [], every: [], compare: "Autumn" },
};
const words = (fields: KeptView["fields"]): string => viewWords({ name: "Mine", fields }, shown);

describe("what a view keeps", () => {
  it("is said as the controls call it, in the order of the screen", () => {
    expect(words({ by: "platform", every: "1w", metric: "opened", range: "14d" })).toBe(
      "Opens · Last 14 days · each week · by platform",
    );
    expect(words({ range: "custom", start: "2026-03-02", end: "2026-03-15" })).toBe(
      "2–15 Mar 2026",
    );
    expect(words({ metric: "opened", action: "note", time_zone: "America/New_York" })).toBe(
      "Direct opens · of Push note · America/New York",
    );
    expect(words({ channel: "email", variant: "B" })).toBe("of Email · variant 15 % off");
    expect(words({ developers: false, machine_opens: false, clock: "entry" })).toBe(
      "without developers · without machine opens · by day of entry",
    );
  });
  it("is said with what it is compared with", () => {
    expect(words({ compare: true })).toBe("with the period before");
    expect(words({ compare: "campaign" })).toBe("with Autumn");
    expect(words({ compare: "2026-02-15" })).toContain("with the days from");
    expect(words({ compare: "2026-02-15" })).toContain("15 Feb");
  });
  it("is said of each rule and each way of writing", () => {
    expect(words({ compare: "last_year", cumulative: true, locale: "de" })).toBe(
      "cumulative · with last year · numbers as in de",
    );
    expect(words({ definitions: "strict", machine_opens: true, clock: "event" })).toBe(
      "definitions strict · with machine opens · by day of the event",
    );
    expect(words({ channel: "gone", variant: "Z", range: "odd", every: "odd" })).toBe(
      "of gone · Odd · each odd · variant Z",
    );
    expect(words({ range: "7d", start: "2026-03-02", end: "2026-03-15" })).toBe("Last 7 days");
    expect(words({ range: "custom", start: "2026-03-02" })).toBe("Custom dates");
    expect(
      viewWords(
        { name: "", fields: { compare: "campaign" } },
        { ...shown, options: { ...shown.options, compare: null } },
      ),
    ).toBe("with another campaign");
  });
  it("keeps the name of what is gone, and is nothing where nothing was selected", () => {
    expect(words({ action: "gone", by: "shop" })).toBe("of gone · by shop");
    expect(words({})).toBe("default selection");
  });
});
