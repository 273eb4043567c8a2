import { describe, expect, it } from "vitest";
import {
  channelOf,
  entryOf,
  factsOf,
  isSelected,
  type MetricRef,
  selectionOf,
  spoken,
} from "../../src/ui/glossary";
import { selection } from "../support/fixture";
import { entry, metricRow, rate, snapshotOf } from "../support/snapshot";

const thin = "\u202f";
const approximate = { within: "within 2 %", numerator: true, denominator: false };
const snapshotNow = () =>
  snapshotOf(
    {
      opened: entry("Opens", { text: "Messages opened." }),
      "push:opened": entry("Direct opens", { text: "Opens by a tap." }),
      delivered: entry("Delivered"),
      open_rate: {
        ...rate("Open rate", "opened", "delivered"),
        base: "delivered",
        text: "Opens of delivered.",
      },
      users: entry("Users", { unit: "users", approximate }),
    },
    [
      metricRow("campaign", "", "users", 24_118),
      metricRow("channel", "email", "opened", 1072),
      metricRow("channel", "push", "opened", 7),
      metricRow("channel", "email", "open_rate", 0.2692, {
        numerator: 1072,
        denominator: 3982,
        low: 0.2557,
        high: 0.2832,
      }),
      metricRow("channel", "push", "open_rate", null),
      metricRow("action", "note", "opened", 3),
      metricRow("action", "mail", "users", 0),
    ],
  );
const of = (scope: MetricRef["scope"], id: string, metric: string): MetricRef => ({
  scope,
  id,
  metric,
});

describe("an entry of the glossary", () => {
  it("is the channel's own where it has one", () => {
    expect(entryOf(snapshotNow(), "opened").label).toBe("Opens");
    expect(entryOf(snapshotNow(), "opened", "email").label).toBe("Opens");
    expect(entryOf(snapshotNow(), "opened", "push").label).toBe("Direct opens");
  });
  it("is guessed from the key where there is none", () => {
    expect(entryOf(snapshotNow(), "unique_taps")).toEqual({
      label: "Unique taps",
      unit: "count",
      scopes: [],
      numerator: null,
      denominator: null,
      base: "",
      text: "",
      group: "",
      low_is_good: false,
      proportion: false,
      matures: false,
    });
    expect(entryOf(snapshotNow(), "tap_rate")).toMatchObject({ label: "Tap rate", unit: "rate" });
    expect(entryOf(snapshotNow(), "rated_users").unit).toBe("count");
  });
  it("belongs to the channel of its action", () => {
    expect(channelOf(snapshotNow(), "action", "note")).toBe("push");
    expect(channelOf(snapshotNow(), "action", "gone")).toBeNull();
    expect(channelOf(snapshotNow(), "channel", "email")).toBe("email");
    expect(channelOf(snapshotNow(), "campaign", "")).toBeNull();
  });
});

describe("a number", () => {
  it("is spoken with what it divides and how near it is", () => {
    expect(spoken(snapshotNow(), of("channel", "email", "opened"))).toBe("Opens: 1,072");
    expect(spoken(snapshotNow(), of("action", "note", "opened"))).toBe("Direct opens: 3");
    expect(spoken(snapshotNow(), of("campaign", "", "users"))).toBe(
      `Users: ≈${thin}24,118, within 2 %`,
    );
    expect(spoken(snapshotNow(), of("action", "mail", "users"))).toBe("Users: 0");
    expect(spoken(snapshotNow(), of("channel", "push", "open_rate"))).toBe("Open rate: no value");
    expect(spoken(snapshotNow(), of("channel", "email", "open_rate"))).toBe(
      `Open rate: 26.9${thin}%, 1,072 of 3,982, 95${thin}% interval 25.6–28.3${thin}%`,
    );
  });
  it("is told with its division, its interval and the glossary's text", () => {
    expect(factsOf(snapshotNow(), of("channel", "email", "open_rate"))).toEqual({
      name: "Open rate",
      value: `26.9${thin}%`,
      lines: ["Opens 1,072 / Delivered 3,982", `95${thin}% interval 25.6–28.3${thin}%`],
      before: null,
      text: ["Opens of delivered."],
      behind: "opened",
    });
    expect(factsOf(snapshotNow(), of("channel", "push", "opened"))).toMatchObject({
      name: "Direct opens",
      value: "7",
      lines: [],
      text: ["Opens by a tap."],
      behind: "opened",
    });
  });
  it("is told beside the period before, with its days", () => {
    const snapshot = snapshotNow();
    const ranged = {
      ...snapshot,
      status: { ...snapshot.status, previous_range: "23 Feb to 1 Mar 2026" },
      metrics: snapshotOf({}, [metricRow("channel", "email", "opened", 1072, { previous: 800 })])
        .metrics,
    };
    expect(factsOf(ranged, of("channel", "email", "opened")).before).toMatchObject({
      when: "23 Feb to 1 Mar 2026",
      value: "800",
      change: { up: true, text: `34.0${thin}%` },
    });
  });
  it("selects itself, and is selected", () => {
    expect(selectionOf(of("campaign", "", "users"))).toEqual({
      metric: "users",
      action: null,
      channel: null,
    });
    expect(selectionOf(of("channel", "email", "sent"))).toEqual({
      metric: "sent",
      action: null,
      channel: "email",
    });
    const chosen = { ...selection, metric: "sent", action: "mail", channel: null };
    expect(isSelected(of("action", "mail", "sent"), chosen)).toBe(true);
    expect(isSelected(of("action", "note", "sent"), chosen)).toBe(false);
    expect(isSelected(of("action", "mail", "opened"), chosen)).toBe(false);
    expect(isSelected(of("channel", "mail", "sent"), chosen)).toBe(false);
    expect(isSelected(of("channel", "a", "sent"), { ...chosen, action: null, channel: "b" })).toBe(
      false,
    );
  });
});
