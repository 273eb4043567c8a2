// @vitest-environment happy-dom
import { options } from "preact";
import { describe, expect, it } from "vitest";
import dashboard from "../../../src/dashboard";
import { HostModel } from "../../../src/saved/host";
import type { Campaign } from "../../../src/wire/campaign";
import type { Flow } from "../../../src/wire/flow";
import type { Glossary } from "../../../src/wire/glossary";
import { base64, metricBytes } from "../../support/bytes";
import { bigState, state } from "../../support/fixture";
import { settle } from "../../support/life";
import { show } from "../../support/show";

const isPressed = (card: HTMLElement): boolean => card.getAttribute("aria-pressed") === "true";

/** Which cards are made again while something is done. */
async function cardsMade(what: () => Promise<void>): Promise<string[]> {
  const made: string[] = [];
  const before = options.vnode;
  options.vnode = (node) => {
    const id = (node.props as { "data-card"?: string } | null)?.["data-card"];
    if (id !== undefined) made.push(id);
    before?.(node);
  };
  try {
    await what();
  } finally {
    options.vnode = before;
  }
  return made;
}

describe("a click on a card", () => {
  it("draws that card and the one that was open, and no other", async () => {
    const { el } = show(bigState(20));
    await settle();
    const cards = [...el.querySelectorAll<HTMLElement>("[data-action]")];
    expect(cards.length).toBeGreaterThan(10);
    const [one, other] = cards as [HTMLElement, HTMLElement];
    const pressOn = (card: HTMLElement) => async (): Promise<void> => {
      card.click();
      await settle();
    };
    expect(await cardsMade(pressOn(one))).toEqual([one.dataset.action]);
    const two = [one.dataset.action, other.dataset.action];
    expect((await cardsMade(pressOn(other))).sort()).toEqual(two.sort());
    expect(cards.filter(isPressed)).toEqual([other]);
  });
  it("marks it before what it opens is drawn", async () => {
    const { el } = show();
    await settle();
    const card = el.querySelector<HTMLElement>("[data-action=a3]")!;
    const seen: [boolean, boolean][] = [];
    const frame = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => done()));
    const look = (): void =>
      void seen.push([isPressed(card), el.querySelector("[data-testid=action-detail]") !== null]);
    card.click();
    await frame();
    look();
    await settle();
    look();
    expect(seen).toEqual([
      [true, false],
      [true, true],
    ]);
  });
});

describe("before its numbers are there", () => {
  const status = state()._status as object;
  const waiting = {
    ...state(),
    _flow: {},
    _metrics: undefined,
    _trends: {},
    _status: { ...status, state: "computing", of: null },
  };
  it("the flow has its cards and lines, and nothing that could be read as a number", async () => {
    const { el, model } = show(waiting);
    await settle();
    const flow = el.querySelector(".rw-flow")!;
    const names = (): (string | undefined)[] =>
      [...flow.querySelectorAll<HTMLElement>("[data-action]")].map(({ dataset }) => dataset.action);
    const { actions } = state()._campaign as Campaign;
    expect(names()).toEqual(actions.map(({ id }) => id));
    expect(flow.querySelectorAll(".rw-edge")).toHaveLength(actions.length);
    expect(flow.querySelectorAll(".rw-share, .rw-green, .rw-row-sum")).toHaveLength(0);
    expect(flow.getAttribute("aria-busy")).toBe("true");
    const spoken = flow.querySelector("[data-action=a3] .rw-offscreen")!;
    expect(spoken.textContent).toBe("Your 10 % off, Email: loading");
    // The headline comes first.
    const { _metrics, _status } = state();
    model.update({ _metrics, _status });
    await settle();
    expect(el.querySelector(".rw-loading")).toBeNull();
    expect(el.querySelector(".rw-ring-value")!.textContent).toMatch(/\d/);
    expect(flow.getAttribute("aria-busy")).toBe("true");
    expect(spoken.textContent).toBe("Your 10 % off, Email: loading");
    // Cards stay the elements that they were: nothing is drawn in their place.
    const card = flow.querySelector("[data-action=a3]");
    model.update(state());
    await settle();
    expect(flow.getAttribute("aria-busy")).toBe("false");
    expect(flow.querySelector("[data-action=a3]")).toBe(card);
    expect(spoken.textContent).toContain("9,870 users received");
    expect(flow.querySelectorAll(".rw-share").length).toBeGreaterThan(2);
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
      /^We miss you to Your 10 % off\. 9,870 users received both\. 40\.9.% continued\. 59\.1.% dropped off/,
    );
    for (const picked of [line, el.querySelector("[data-action=a4]")!])
      picked.dispatchEvent(new MouseEvent("click", { shiftKey: true, bubbles: true }));
    await settle();
    expect(line.getAttribute("aria-pressed")).toBe("true");
    el.querySelector<HTMLElement>("[data-testid=users-picked]")!.click();
    expect(asked).toMatchObject([{ of: "several", actions: ["a4"], edges: [["a1", "a3"]] }]);
  });
  it("draws what was guessed from the order of sends dashed, and says so", async () => {
    const given = state();
    const campaign = structuredClone(given._campaign) as Campaign;
    campaign.actions.find(({ id }) => id === "a3")!.guessed = true;
    const { el } = show({ ...given, _campaign: campaign });
    await settle();
    const dashed = [...el.querySelectorAll<SVGElement>(".rw-edge-guessed")];
    expect(dashed.map((line) => line.dataset.target)).toEqual(["a3"]);
    const words = (id: string): string =>
      el.querySelector(`[data-edge=${id}]`)!.getAttribute("aria-label")!;
    expect(words("a3")).toContain("guessed from the order of sends");
    expect(words("a4")).not.toContain("guessed");
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
    expect(el.querySelector("[data-edge=a3]")!.lastChild!.textContent).toBe("–");
    expect(el.querySelector("[data-action=a3] .rw-card-numbers")!.textContent).toBe("––");
  });
  it("says on a card which share of those it reached its conversions are, and how sure that is", async () => {
    const { el } = show();
    await settle();
    // 1,377 of 9,870, and Wilson's interval of it.
    const card = el.querySelector("[data-action=a3]")!;
    expect(card.querySelector(".rw-card-words")!.textContent).toMatch(/^received13\.3–14\.6.%$/);
    expect(card.querySelector(".rw-offscreen")!.textContent).toMatch(
      /14\.0.% of entries reached \(1,377 of 9,870, 95.% interval 13\.3–14\.6.%\)/,
    );
  });
  it("says user and conversion of one, on a card and of a line", async () => {
    const given = state();
    const flow = structuredClone(given._flow) as Flow;
    const [arm] = flow.arms;
    for (const node of arm!.nodes) Object.assign(node, { users_received: 1, conversions: 1 });
    for (const edge of arm!.edges) edge.users = 1;
    const { el } = show({ ...given, _flow: flow });
    await settle();
    const said = [...el.querySelectorAll("[data-action], [data-edge]")]
      .map((one) => `${one.textContent} ${one.getAttribute("aria-label") ?? ""}`)
      .join();
    expect(said).toContain("1 user received, 1 conversion attributed");
    expect(said).toContain("1 user received both");
    expect(said).not.toMatch(/\b1 (user|conversion)s\b/);
  });
  it("says on a card how many conversions come to an entry where that is more than one, never a share above 100 %", async () => {
    const metric = "conversion_rate_attributed";
    const row = { scope: "action", id: "a3", metric, value: 14.7, of: 14_700, over: 1000 };
    const given = state();
    const glossary = structuredClone(given._glossary) as Glossary;
    glossary[metric]!.base = "entries reached";
    const _metrics = base64(metricBytes([row]));
    const { el } = show({ ...given, _glossary: glossary, _metrics });
    await settle();
    const said = el.querySelector("[data-action=a3] .rw-offscreen")!.textContent;
    expect(said).toMatch(/\. 14\.7 per entry \(14,700 over 1,000/);
    expect(said).not.toContain("of entries reached");
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
      el.querySelector<HTMLElement>(`[data-of=a3][data-opens=${metric}]`)!.click();
      await written();
      expect(model.get("_selection")).toMatchObject({ metric, action: "a3", channel: null });
    }
    expect(doors("a3").map((one) => [one.tabIndex, one.getAttribute("aria-pressed")])).toEqual([
      [0, "false"],
      [0, "true"],
    ]);
    expect(doors("a1").map((one) => one.tabIndex)).toEqual([-1, -1]);
    // The card itself is the way back to what was selected before, and comes before its numbers.
    const card = el.querySelector<HTMLElement>("[data-action=a3]")!;
    expect(card.nextElementSibling).toBe(doors("a3")[0]);
    card.click();
    await written();
    expect(model.get("_selection")).toMatchObject({ metric: "engaged", action: null });
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
