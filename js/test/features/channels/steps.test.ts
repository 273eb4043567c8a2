import { expect, it } from "vitest";
import { stepsOf } from "../../../src/features/channels/steps";
import { entry, snapshotOf } from "../../support/snapshot";

const glossary = {
  open_rate: entry("Open rate", { base: "delivered" }),
  read_rate: entry("Read rate", { base: "sent" }),
  click_rate: entry("Click rate", { base: "delivered" }),
  drop_rate: entry("Drop rate", { base: "sent" }),
  "sms:replied": entry("Replied"),
  "push:saved": entry("Saved"),
};
const channel = (id: string, received: string, rows: [string, string | null][]) => ({
  id,
  received,
  rows: rows.map(([metric, rate]) => ({ metric, rate })),
});
const base = snapshotOf(glossary, []);
const steps = () =>
  stepsOf({
    ...base,
    campaign: {
      ...base.campaign,
      channels: [
        channel("email", "sent", [
          ["sent", null],
          ["unique_opened", "open_rate"],
          ["unique_clicked", "click_rate"],
          ["bounced", "drop_rate"],
          ["unsubscribed", null],
        ]),
        channel("sms", "delivered", [
          ["delivered", null],
          ["read", "read_rate"],
          ["replied", null],
          ["clicked", "click_rate"],
          ["failed", "drop_rate"],
        ]),
        channel("push", "sent", [
          ["delivered", null],
          ["opened", "open_rate"],
          ["accepted", "click_rate"],
          ["unique_accepted", "click_rate"],
          ["saved", null],
        ]),
      ] as never,
    },
  });

it("channels share the steps that mean the same, and each has its own behind them", () => {
  expect(steps()).toEqual([
    { label: "Delivered", metrics: ["delivered"], base: "" },
    // Its rates are of what was delivered, and of what was sent.
    { label: "Opened", metrics: ["unique_opened", "opened", "read"], base: null },
    {
      label: "Clicked or accepted",
      metrics: ["unique_clicked", "clicked", "accepted", "unique_accepted"],
      base: "delivered",
    },
    { label: "Unsubscribed", metrics: ["unsubscribed"], base: "" },
    { label: "Bounced or failed", metrics: ["bounced", "failed"], base: "sent" },
    { label: "Replied", metrics: ["replied"], base: "" },
    { label: "Saved", metrics: ["saved"], base: "" },
  ]);
});

it("what a channel received is no step of it", () => {
  const one = channel("email", "sent", [["sent", null]]);
  const campaign = { ...base.campaign, channels: [one] as never };
  expect(stepsOf({ ...base, campaign })).toEqual([]);
});
