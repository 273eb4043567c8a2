// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import dashboard from "../../../src/dashboard";
import { HostModel } from "../../../src/saved/host";
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
    const { el } = show(
      { ...given, _campaign: { ...campaign, channels } },
      (content) => content.kind === "segment" && asked.push(content),
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

describe("an action's next steps", () => {
  const given = state();
  const steps = [
    { kind: "went", action_id: "a2", users: 60, share: 0.6, first_due_ms: null },
    { kind: "waiting", action_id: null, users: 0, share: 0, first_due_ms: null },
    { kind: "left", action_id: null, users: 9, share: 0.09, first_due_ms: null },
    { kind: "not_due", action_id: null, users: 31, share: 0.31, first_due_ms: 1_777_978_800_000 },
  ];
  const campaign = given._campaign as { actions: { id: string }[] };
  const actions = campaign.actions.slice(0, 2).map((one, i) => ({
    ...one,
    id: `a${i + 1}`,
    parent: i ? "a1" : null,
  }));
  const [arm] = (given._flow as { arms: object[] }).arms;
  const flow = {
    arms: [
      {
        ...arm,
        nodes: actions.map(({ id }) => ({
          action_id: id,
          users_received: id === "a1" ? 100 : 60,
          conversions: 0,
          share_of_entries: null,
        })),
        edges: [{ source: "a1", target: "a2", users: 60, share: 0.6, drop_off: 0.4 }],
      },
    ],
    held_back: 0,
  };
  const drawn = async (answer: (host: HostModel, id: unknown) => void): Promise<string[]> => {
    const model = new HostModel(
      {
        ...given,
        _campaign: { ...campaign, actions },
        _flow: flow,
        _selection: { ...(given._selection as object), action: "a1", metric: "users_received" },
      },
      {
        standalone: false,
        onSave: () => undefined,
        onSend: ({ id, kind }, host) => kind === "next_steps" && answer(host, id),
      },
    );
    const el = document.createElement("div");
    document.body.append(el);
    const end = dashboard.render({ model, el });
    await settle();
    const rows = [...el.querySelectorAll("[data-testid=next-steps] tbody tr")];
    const texts = rows.map((row) => [...row.children].map((cell) => cell.textContent).join("|"));
    end();
    el.remove();
    return texts;
  };

  it("add up to those who received it, and leave out who is not there", async () => {
    const rows = await drawn((host, id) => host.reply({ id, ok: true, next_steps: steps }));
    expect(rows.slice(1)).toEqual([
      "Left converted or exited||9|9.0\u202f%",
      "Not due yet first 5 May||31|31.0\u202f%",
      "All who received it||100|100\u202f%",
    ]);
  });
  it("say nothing of the rest until it is known", async () => {
    expect(await drawn(() => undefined)).toHaveLength(1);
  });
  it("have what the flow says where nobody can tell more", async () => {
    const error = { message: "a roll-up cannot tell", hint: "", limit: true };
    const rows = await drawn((host, id) => host.reply({ id, ok: false, error }));
    expect(rows[1]).toBe("No further action yet ||40|40.0\u202f%");
  });
});
