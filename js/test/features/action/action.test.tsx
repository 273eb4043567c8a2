// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { state } from "../../support/fixture";
import { settle } from "../../support/life";
import { show } from "../../support/show";

describe("an action's users", () => {
  it("are asked for by the event that was picked", async () => {
    const asked: Record<string, unknown>[] = [];
    const given = state();
    const campaign = given._campaign as { channels: object[] };
    const channels = campaign.channels.map((channel) => ({
      ...channel,
      received: "sent",
      events: ["opened", "clicked"],
    }));
    const { el } = show({ ...given, _campaign: { ...campaign, channels } }, (content) =>
      asked.push(content),
    );
    await settle();
    el.querySelector<HTMLElement>("[data-action=a1]")!.click();
    await settle();
    const select = el.querySelector<HTMLSelectElement>("[data-testid=event]")!;
    select.value = "clicked";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
    [...el.querySelectorAll("button")]
      .find((one) => one.textContent === "Users in action")!
      .click();
    expect(asked).toMatchObject([{ of: "action", action: "a1", event: "clicked" }]);
  });
});
