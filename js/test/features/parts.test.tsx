import { afterEach, describe, expect, it } from "vitest";
import dashboard from "../../src/dashboard";
import { isMarkup, mailDocument } from "../../src/features/action/mail";
import { channelLines, sorted } from "../../src/features/channels/ChannelList";
import { groupsFor } from "../../src/features/explore/MetricPicker";
import { tickWords, within, zoomSpec } from "../../src/features/explore/zoom";
import { HostModel, type State } from "../../src/saved/host";
import { fileName } from "../../src/ui/download";
import { Store } from "../../src/wire/store";
import type { Flow } from "../../src/wire/wire";
import { state } from "../support/fixture";

const settle = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setTimeout(resolve, 5));
};

function show(given: State = state(), onSend?: (content: Record<string, unknown>) => void) {
  const model = new HostModel(given, {
    standalone: false,
    onSave: () => undefined,
    onSend: onSend && ((content) => onSend(content)),
  });
  const el = document.createElement("div");
  document.body.append(el);
  const end = dashboard.render({ model, el });
  return { model, el, end };
}

afterEach(() => document.body.replaceChildren());

describe("an email's body", () => {
  const evil = `<html><head><style>p{color:red}</style><base href="//x"></head><body onload="x()"><script>x()</script>
    <meta http-equiv="refresh" content="0;url=https://x"><p onclick="x()">Hi <a href="https://shop.example.com/new" ping="//x">shop</a></p>
    <img src="https://x/pixel.gif"><img src="data:image/png;base64,AA=="><object data="//x"></object><form action="//x"><input autofocus></form></body></html>`;
  const page = mailDocument(evil);

  it("keeps what is read and loses what acts or asks", () => {
    expect(page).toContain('Hi <a title="https://shop.example.com/new">shop</a>');
    expect(page).toContain("data:image/png");
    expect(page).toContain("p{color:red}");
    for (const gone of [
      "<script",
      "onload",
      "onclick",
      "ping",
      "pixel.gif",
      "<object",
      "<form",
      "<input",
      "refresh",
      "<base",
    ])
      expect(page).not.toContain(gone);
  });
  it("carries a policy that forbids every request", () => {
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  });
  it("is told from plain text", () => {
    expect([isMarkup("<p>x</p>"), isMarkup("a < b and c > d"), isMarkup("Hello {{name}}")]).toEqual(
      [true, false, false],
    );
  });
});

describe("a zoomed chart", () => {
  const row = (time_ms: number, start: string) => ({
    time_ms,
    start,
    value: 1,
    previous: null,
    by: null,
    open: false,
  });

  it("names its ticks in the intervals' own words", () => {
    expect(tickWords("Thu 12 Mar 2026", "1d", null)).toBe("12 Mar");
    expect(tickWords("2–8 Mar 2026", "1w", null)).toBe("2 Mar");
    expect(tickWords("30 Mar–5 Apr 2026", "1w", null)).toBe("30 Mar");
    expect(tickWords("March 2026", "1mo", null)).toBe("March 2026");
    expect(tickWords("Thu 12 Mar 2026, 13:00–14:00 PDT", "1h", null)).toBe("12 Mar 13:00");
    expect(
      tickWords("Thu 12 Mar 2026, 13:00–14:00 PDT", "1h", "Thu 12 Mar 2026, 12:00–13:00 PDT"),
    ).toBe("13:00");
  });
  it("changes only the time axis", () => {
    const spec = {
      layer: [
        {
          encoding: {
            x: { axis: { values: [1], labelExpr: "old" } },
            y: { axis: { format: "%" } },
          },
        },
      ],
    };
    const rows = within(
      [row(1, "Mon 2 Mar 2026"), row(2, "Tue 3 Mar 2026"), row(3, "Wed 4 Mar 2026")],
      [2, 3],
    );
    const { x, y } = (zoomSpec(spec, rows, "1d") as typeof spec).layer[0]!.encoding;
    expect(x.axis.values).toEqual([2, 3]);
    expect(x.axis.labelExpr).toContain('"2":"3 Mar"');
    expect(y.axis).toEqual({ format: "%" });
  });
  it("is saved under its title", () =>
    expect(fileName("Engaged, Welcome / back, per day")).toBe("engaged-welcome-back-per-day"));
});

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

describe("the flow", () => {
  it("asks for the users of several cards, and of an edge", async () => {
    const asked: Record<string, unknown>[] = [];
    const { el } = show(state(), (content) => asked.push(content));
    await settle();
    for (const id of ["a1", "a3"])
      el.querySelector(`[data-action=${id}]`)!.dispatchEvent(
        new MouseEvent("click", { shiftKey: true, bubbles: true }),
      );
    await settle();
    el.querySelector<HTMLElement>("[data-testid=users-picked]")!.click();
    el.querySelector<HTMLElement>("[data-edge=a3]")!.click();
    expect(asked).toMatchObject([
      { of: "several", actions: ["a1", "a3"], edges: [] },
      { of: "edge", source: "a1", target: "a3" },
    ]);
  });
  it("gathers cards and lines picked with Shift, and says of a line what was sent on", async () => {
    const asked: Record<string, unknown>[] = [];
    const { el } = show(state(), (content) => asked.push(content));
    await settle();
    const line = el.querySelector<HTMLElement>("[data-edge=a3]")!;
    expect(line.getAttribute("aria-label")).toMatch(
      /^We miss you to Your 10 % off\. 9,870 users received both\. 40\.9.% sent on\. 59\.1.% dropped off/,
    );
    for (const picked of [line, el.querySelector("[data-action=a4]")!])
      picked.dispatchEvent(new MouseEvent("click", { shiftKey: true, bubbles: true }));
    await settle();
    expect(line.getAttribute("aria-pressed")).toBe("true");
    el.querySelector<HTMLElement>("[data-testid=users-picked]")!.click();
    expect(asked).toMatchObject([{ of: "several", actions: ["a4"], edges: [["a1", "a3"]] }]);
  });
  it("draws a dash where a count is kept back", async () => {
    const given = state();
    const flow = structuredClone(given._flow) as Flow;
    Object.assign(flow.arms[0]!.edges.find(({ target }) => target === "a3")!, {
      users: null,
      share: null,
      drop_off: null,
    });
    Object.assign(flow.arms[0]!.nodes.find(({ action_id }) => action_id === "a3")!, {
      users_received: null,
      conversions: null,
    });
    const { el } = show({ ...given, _flow: flow });
    await settle();
    expect(el.querySelector("[data-edge=a3]")!.textContent).toBe("–");
    expect(el.querySelector("[data-action=a3] .rw-card-numbers")!.textContent).toBe("––");
  });
  it("opens Explore on each number of a card, which Tab reaches on the chosen card", async () => {
    const { el, model } = show();
    await settle();
    const written = (): Promise<unknown> => new Promise((done) => setTimeout(done, 200));
    const doors = (id: string): HTMLElement[] => [
      ...el.querySelectorAll<HTMLElement>(`[data-of=${id}]`),
    ];
    expect(el.querySelector("button button")).toBeNull();
    expect(doors("a3").map((one) => one.getAttribute("aria-label"))).toEqual([
      "Users received, Your 10 % off: 9,870",
      "Conversions attributed, Your 10 % off: 1,377",
    ]);
    for (const metric of ["conversions_attributed", "users_received", "conversions_attributed"]) {
      el.querySelector<HTMLElement>(`[data-of=a3][data-door=${metric}]`)!.click();
      await written();
      expect(model.get("_selection")).toMatchObject({ metric, action: "a3", channel: null });
    }
    expect(doors("a3").map((one) => [one.tabIndex, one.getAttribute("aria-pressed")])).toEqual([
      [0, "false"],
      [0, "true"],
    ]);
    expect(doors("a1").map((one) => one.tabIndex)).toEqual([-1, -1]);
    // The card itself is the way back, and comes before its numbers.
    const card = el.querySelector<HTMLElement>("[data-action=a3]")!;
    expect(card.nextElementSibling).toBe(doors("a3")[0]);
    card.click();
    await written();
    expect(model.get("_selection")).toMatchObject({ metric: "users", action: null });
    doors("a1")[0]!.dispatchEvent(new MouseEvent("click", { shiftKey: true, bubbles: true }));
    await settle();
    expect(el.querySelector("[data-action=a1]")!.getAttribute("aria-pressed")).toBe("true");
    expect(model.get("_selection")).toMatchObject({ action: null });
  });
  it("opens Explore on those who entered, who were held back, and who converted", async () => {
    const { el, model } = show();
    await settle();
    for (const [testid, metric] of [
      ["flow-total", "conversions"],
      ["flow-entries", "users"],
    ]) {
      el.querySelector<HTMLElement>(`[data-testid=${testid}]`)!.click();
      await new Promise((done) => setTimeout(done, 200));
      expect(model.get("_selection")).toMatchObject({ metric, action: null, channel: null });
    }
  });
  it("asks for nobody where no kernel can answer", async () => {
    const asked: Record<string, unknown>[] = [];
    const model = new HostModel(state(), {
      standalone: false,
      kernel: false,
      onSave: () => undefined,
      onSend: (content) => asked.push(content),
    });
    const el = document.createElement("div");
    document.body.append(el);
    dashboard.render({ model, el });
    await settle();
    const users = [...el.querySelectorAll("button")].find(
      (one) => one.textContent === "Users in campaign",
    )!;
    expect(users.disabled).toBe(true);
    el.querySelector<HTMLElement>("[data-edge=a3]")!.click();
    expect(asked).toEqual([]);
  });
  it("shows on every card how many of the marked users were there", async () => {
    const { el, model } = show();
    await settle();
    expect(el.querySelector(".rw-card-there")).toBeNull();
    model.update({ _highlight: { name: "My users", size: 9, entered: 8, actions: { a1: 7 } } });
    await settle();
    expect(el.querySelector<HTMLElement>("[data-action=a1]")!.dataset.highlighted).toBe("7");
    expect(el.querySelector<HTMLElement>("[data-action=a2]")!.dataset.highlighted).toBe("0");
    expect(el.querySelector("[data-testid=highlight]")!.textContent).toContain(
      "My users: 8 of 9 users entered",
    );
  });
});

describe("variants", () => {
  it("stand on the same cards when overlaid", async () => {
    const { el } = show();
    await settle();
    [...el.querySelectorAll("button")].find((one) => one.textContent === "Overlaid")!.click();
    await settle();
    const card = el.querySelector("[data-action=a1]")!;
    expect(
      [...card.querySelectorAll<HTMLElement>("[data-arm]")].map((line) => line.dataset.arm),
    ).toEqual(["A", "B"]);
    expect(el.querySelectorAll("[data-testid=flow-entries]")).toHaveLength(1);
    expect(el.querySelectorAll('[data-strand^="a3 "]')).toHaveLength(2);
    expect(el.querySelector("[data-arm-key=B]")!.textContent).toMatch(
      /^B 12,131 entries, 2,185 conversions \(18\.0.%\)$/,
    );
  });
});

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

describe("a widget that is drawn again and again", () => {
  it("leaves no listener and no node behind", async () => {
    const { model, el, end } = show();
    await settle();
    const [listeners, nodes] = [model.listeners(), document.querySelectorAll("*").length];
    for (let i = 0; i < 50; i++) dashboard.render({ model, el })();
    expect(model.listeners()).toBe(listeners);
    expect(document.querySelectorAll("*").length).toBe(nodes);
    end();
    expect(model.listeners()).toBe(0);
    expect(el.childElementCount).toBe(0);
  }, 30_000);
});

describe("what a roll-up cannot do", () => {
  const closed = {
    users: "No users in it",
    by: "No columns in it",
    developers: "With developers",
    machine_opens: "With machines",
  };
  const given = state();

  it("is closed, and says why", () => {
    const options = { ...(given._options as object), closed };
    const { el: shown } = show({ ...given, _options: options });
    const titled = (selector: string): string[] =>
      [...shown.querySelectorAll<HTMLElement>(selector)].map((one) => one.title);
    expect(titled("button:disabled")).toEqual(
      expect.arrayContaining([closed.users, closed.developers]),
    );
    expect(titled("[data-testid=by]:disabled")[0]).toContain(closed.by);
    expect(shown.querySelector("[data-edge]")!.getAttribute("aria-label")).toContain(closed.users);
    expect(shown.querySelector(".rw-footer")!.textContent).toContain(`${closed.users}.`);
  });
  it("is open everywhere else", () => {
    const { el: shown } = show();
    expect(shown.querySelector("[data-testid=by]:disabled")).toBeNull();
    expect(shown.querySelector(".rw-footer button:disabled")).toBeNull();
  });
  it("stands in place of a line, not of the numbers", () => {
    const chart = {
      key: (given._chart as { key: object }).key,
      title: "Engaged, per day",
      missing: "Users are kept by week.",
    };
    const { el: shown } = show({ ...given, _chart: chart, _series: null });
    expect(shown.querySelector("[data-testid=explore-missing]")!.textContent).toBe(chart.missing);
    expect(shown.querySelector(".rw-ring-value")!.textContent).not.toBe("–");
  });
});
