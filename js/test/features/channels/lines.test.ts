import { describe, expect, it } from "vitest";
import { type ChannelLine, channelLines, sorted } from "../../../src/features/channels/lines";
import { entry, metricRow, rate, snapshotOf } from "../../support/snapshot";

const snapshotNow = () =>
  snapshotOf(
    {
      sent: entry("Sent"),
      delivered: entry("Delivered"),
      opened: entry("Opens"),
      "push:opened": entry("Direct opens"),
      open_rate: rate("Open rate", "opened", "delivered"),
      open_of_sent: rate("Opens of sent", "opened", "sent"),
      users: entry("Users"),
    },
    [
      metricRow("campaign", "", "users", 9),
      metricRow("channel", "email", "sent", 20),
      metricRow("channel", "email", "opened", 10),
      metricRow("channel", "email", "open_rate", 0.625),
      metricRow("channel", "email", "open_of_sent", 0.5),
      metricRow("channel", "push", "opened", 3),
      metricRow("action", "note", "sent", 4),
    ],
  );

describe("the lines of all channels", () => {
  it("are its numbers, each with the first rate that has it above the line", () => {
    expect(channelLines(snapshotNow())).toEqual([
      {
        channel: "email",
        label: "Email",
        metric: "sent",
        name: "Sent",
        value: 20,
        rate: null,
        share: null,
        base: "",
      },
      {
        channel: "email",
        label: "Email",
        metric: "opened",
        name: "Opens",
        value: 10,
        rate: "open_rate",
        share: 0.625,
        base: "delivered",
      },
      {
        channel: "push",
        label: "Push",
        metric: "opened",
        name: "Direct opens",
        value: 3,
        rate: null,
        share: null,
        base: "",
      },
    ]);
  });
});

describe("sorted lines", () => {
  const line = (label: string, value: number | null): ChannelLine => ({
    channel: label,
    label,
    metric: "m",
    name: "",
    value,
    rate: null,
    share: null,
    base: "",
  });
  const lines = [line("b", 2), line("a", null), line("c", 10), line("d", null)];
  const order = (by: "label" | "value" | null, down: boolean): string =>
    sorted(lines, by, down)
      .map(({ label }) => label)
      .join("");

  it("follow numbers or names, and what has no value stands last both ways", () => {
    expect(order("value", true)).toBe("cbad");
    expect(order("value", false)).toBe("bcad");
    expect(order("label", false)).toBe("abcd");
    expect(order("label", true)).toBe("dcba");
  });
  it("are left as they are without a column", () => {
    expect(sorted(lines, null, true)).toBe(lines);
    sorted(lines, "label", true);
    expect(lines.map(({ label }) => label).join("")).toBe("bacd");
  });
});
