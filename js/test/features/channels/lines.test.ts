import { describe, expect, it } from "vitest";
import { channelLines, sorted } from "../../../src/features/channels/lines";
import { HostModel } from "../../../src/saved/host";
import { Store } from "../../../src/wire/store";
import { state } from "../../support/fixture";

describe("the table of channels", () => {
  const life = new AbortController();
  const { snapshot } = new Store(new HostModel(state()), life.signal);

  it("gives every number of a channel a line with its rate's base", () => {
    const lines = channelLines(snapshot);
    expect(
      lines.find((line) => line.channel === "email" && line.metric === "unique_opened"),
    ).toMatchObject({ rate: "unique_open_rate", base: "delivered" });
    const shares = sorted(lines, "share", true).map((line) => line.share);
    const known = shares.filter((share) => share !== null);
    expect(known).toEqual([...known].sort((a, b) => b! - a!));
    expect(shares.slice(known.length).every((share) => share === null)).toBe(true);
  });
});
