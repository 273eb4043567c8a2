import { describe, expect, it } from "vitest";
import { groupsFor } from "../../../src/features/explore/metric_groups";
import { HostModel } from "../../../src/saved/host";
import { Store } from "../../../src/wire/store";
import { state } from "../../support/fixture";

describe("finding metrics", () => {
  const life = new AbortController();
  const { snapshot } = new Store(new HostModel(state()), life.signal);

  it("lists the campaign and its channels, and actions only when asked for", () => {
    expect(groupsFor(snapshot, "").map((group) => group.title)).toEqual([
      "Campaign",
      "Email",
      "Push",
      "In-app",
    ]);
    const found = groupsFor(snapshot, "10 % received");
    expect(found.map((group) => [group.scope, group.title])).toEqual([["action", "Your 10 % off"]]);
    expect(groupsFor(snapshot, "no such thing")).toEqual([]);
  });
});
