import { describe, expect, it } from "vitest";
import { groupsFor } from "../../../src/features/explore/metric_groups";
import { selection } from "../../support/fixture";
import { entry, metricRow, snapshotOf } from "../../support/snapshot";

const many = Array.from({ length: 200 }, (_, index) => `number_${index}`);
const glossary = {
  users: entry("Users"),
  opened: entry("Opens"),
  "push:opened": entry("Direct opens"),
};
const rows = [
  metricRow("campaign", "", "users", 9),
  metricRow("channel", "email", "opened", 9),
  metricRow("channel", "push", "opened", 9),
  metricRow("action", "mail", "opened", 9),
  metricRow("action", "note", "opened", 9),
];
const snapshotNow = () => snapshotOf(glossary, rows);
const found = (query: string, of = snapshotNow()): [string, string, string, string[]][] =>
  groupsFor(of, query).map(({ scope, id, title, metrics }) => [
    scope,
    id,
    title,
    metrics.map(({ metric, label }) => `${metric}=${label}`),
  ]);

describe("finding metrics", () => {
  it("lists the campaign and its channels, and no action but the chosen one", () => {
    const usual = [
      ["campaign", "", "Campaign", ["users=Users"]],
      ["channel", "email", "Email", ["opened=Opens"]],
      ["channel", "push", "Push", ["opened=Direct opens"]],
    ];
    expect(found("")).toEqual(usual);
    expect(found("  ")).toEqual(usual);
    const chosen = snapshotOf(glossary, rows, { selection: { ...selection, action: "mail" } });
    expect(found("", chosen)[1]).toEqual(["action", "mail", "Welcome mail", ["opened=Opens"]]);
    expect(found("", chosen)).toHaveLength(4);
  });
  it("finds every word, in any case, in titles and labels", () => {
    expect(found("OPENS  push")).toEqual([
      ["action", "note", "Push note", ["opened=Direct opens"]],
      ["channel", "push", "Push", ["opened=Direct opens"]],
    ]);
    expect(found("welcome users")).toEqual([]);
    expect(found("welcome")).toEqual([["action", "mail", "Welcome mail", ["opened=Opens"]]]);
  });
  it("stops at 150, so that a list stays a list", () => {
    const large = snapshotOf(
      Object.fromEntries(many.map((key) => [key, entry(key)])),
      many.flatMap((key) => [
        metricRow("campaign", "", key, 1),
        metricRow("channel", "email", key, 1),
      ]),
    );
    expect(found("", large).map(([, id, , metrics]) => [id, metrics.length])).toEqual([["", 150]]);
    const some = snapshotOf(
      Object.fromEntries(many.slice(0, 100).map((key) => [key, entry(key)])),
      many
        .slice(0, 100)
        .flatMap((key) => [
          metricRow("campaign", "", key, 1),
          metricRow("channel", "email", key, 1),
        ]),
    );
    expect(found("", some).map(([, id, , metrics]) => [id, metrics.length])).toEqual([
      ["", 100],
      ["email", 50],
    ]);
  });
});
