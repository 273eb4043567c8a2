// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import campaigns from "../../../src/campaigns";
import { usual } from "../../../src/features/campaigns/columns";
import { HostModel, type State } from "../../../src/saved/host";
import { life, settle } from "../../support/life";
import { hostile, line, lines } from "../../support/portfolio";

const months = [
  { value: "2026-04", label: "April 2026" },
  { value: "2026-03", label: "March 2026" },
];
const state = (more: State = {}): State => ({
  _campaigns: { rows: lines, months, scope: "whole campaign", busy: false },
  ...more,
});

async function draw(given: State, standalone = false) {
  const sent: Record<string, unknown>[] = [];
  const model = new HostModel(given, {
    standalone,
    onSend: (content, own) => {
      sent.push(content);
      const reply = content.kind === "choose" ? { choose: content.choice } : {};
      own.reply({ id: content.id, ok: true, [String(content.kind)]: true, ...reply });
    },
  });
  const el = document.createElement("div");
  document.body.append(el);
  campaigns.render({ model, el, signal: life.signal });
  await settle();
  const all = (selector: string): HTMLElement[] => [...el.querySelectorAll<HTMLElement>(selector)];
  const click = async (selector: string): Promise<void> => {
    el.querySelector<HTMLElement>(selector)?.click();
    await settle();
  };
  const names = (): (string | null)[] => all("[data-row]").map((one) => one.textContent);
  return { el, model, sent, all, click, names };
}

describe("the table of campaigns", () => {
  it("shows names as text, why there are no numbers, and what adds up", async () => {
    const { el, names } = await draw(state());
    expect(names()).toEqual([hostile, "Ünal’s sale", "Basket", "Broken"]);
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toContain("no events file");
    const totals = el.querySelector("[data-testid=campaign-totals]");
    expect(totals?.textContent).toContain("4 campaigns");
    expect(totals?.textContent).toContain("1,240");
    expect(totals?.textContent).toContain("of 2 with a value");
  });

  it("says the highest rate of a trend beside its line, and how many days are no line", async () => {
    const days = (count: number) =>
      Array.from({ length: 9 }, (_, at) => ({ value: at < count ? 0.1 : null, ripe: true }));
    const rows = [line("few", { trend: days(7), best: "10 %" })];
    rows.push(line("many", { trend: days(8), best: "12 %" }), line("one", { trend: days(1) }));
    const { all } = await draw(state({ _campaigns: { rows, months, scope: "", busy: false } }));
    expect(all("td.rw-col-trend").map((one) => one.textContent)).toEqual([
      ...["7 days", "12 %", "1 day"],
      "",
    ]);
  });

  it("has a scale of lifts only where there is one", async () => {
    const ticks = async (rows: unknown[]): Promise<number> =>
      (await draw(state({ _campaigns: { rows, months, scope: "", busy: false } }))).all(
        "td.rw-col-liftmark .rw-ticks > span",
      ).length;
    expect(await ticks([line("none", { lift: null })])).toBe(0);
    expect(await ticks(lines)).toBeGreaterThan(0);
  });

  it("says a lift in points, in words and with its interval", async () => {
    const { el } = await draw(state());
    expect(el.querySelector("[data-verdict=better]")?.textContent).toBe(
      "+9.0 pointsworks, 6.0 to 11.0",
    );
    expect(el.textContent).toContain("no holdout");
  });

  it("sorts by a press, tells which way, and tells the kernel", async () => {
    const { click, names, all, sent } = await draw(state());
    await click("[data-sort=entries]");
    expect(names()[0]).toBe("Ünal’s sale");
    expect(all("[aria-sort]").map((one) => one.getAttribute("aria-sort"))).toEqual(["descending"]);
    await click("[data-sort=entries]");
    expect(names()[0]).toBe("Basket");
    await click("[data-sort=name]");
    expect(all("[aria-sort]").map((one) => one.getAttribute("aria-sort"))).toEqual(["ascending"]);
    const last = sent.filter(({ kind }) => kind === "choose").at(-1);
    expect(last?.choice).toMatchObject({ sort: "name", descending: false });
  });

  it("asks for a month, and for what is shown below", async () => {
    const { click, sent, el } = await draw(state());
    expect(sent.map(({ kind, part }) => [kind, part])).toEqual([
      ["shared", "overlap"],
      ["shared", "credit"],
    ]);
    await click("[aria-label='Previous month']");
    const asked = sent.find(({ kind }) => kind === "choose");
    expect(asked?.choice).toMatchObject({ month: "2026-04" });
    expect(el.querySelector<HTMLSelectElement>("[data-testid=month]")?.value).toBe("2026-04");
  });

  it("takes over what Python chooses", async () => {
    const { model, names } = await draw(state());
    const choice = { sort: "name", descending: false, search: "", channel: null, month: null };
    model.update({ _choice: { ...choice, campaign: null, tab: "overlap", rule: "last" } });
    await settle();
    expect(names()[0]).toBe(hostile);
    expect(names().at(-1)).toBe("Ünal’s sale");
  });

  it("says so where a host hands out no other widget", async () => {
    const { click, el } = await draw(state());
    await click("[data-row='0']");
    expect(el.textContent).toContain("This host cannot show one widget inside another.");
    await click("[data-testid=opened] > button");
    expect(document.activeElement?.getAttribute("data-row")).toBe("0");
  });

  it("links pages where campaigns have some, and asks for nothing on a saved page", async () => {
    const rows = [line("Spring", {}), line("Autumn", {})].map((one, at) => ({
      ...one,
      href: `${at + 1}.html`,
    }));
    const { el, sent } = await draw(
      state({ _campaigns: { rows, months, scope: "March", busy: false } }),
      true,
    );
    expect([...el.querySelectorAll("a[data-row]")].map((one) => one.getAttribute("href"))).toEqual([
      "1.html",
      "2.html",
    ]);
    expect(el.querySelector("[data-testid=shared]")).toBeNull();
    expect(el.querySelector("[data-testid=month]")).toBeNull();
    expect(sent).toEqual([]);
  });
});

describe("what campaigns show together", () => {
  const row = (name: string, amount: number) => ({
    ...{ name, claimed: 3, credited: 2, amount, claimed_value: "", credited_value: `$${amount}` },
  });
  const credit = {
    last: {
      rows: [row("Ünal’s sale", 7), row(hostile, 90)],
      claimed: 6,
      happened: 4,
      happened_value: "$97",
    },
  };
  const together = {
    value: 0.025,
    text: "+2.5 points",
    interval: "95 %: 2.1 to 2.9",
    verdict: "better",
    more: "About 1,850 more users converted, in the 9 campaigns that hold back",
  };
  const shown = (more: State = {}): State =>
    state({
      _campaigns: { rows: lines, together, months, scope: "March", busy: false },
      _shared: { credit },
      ...more,
    });

  it("says the effect, and what is claimed more than once", async () => {
    const { el } = await draw(shown());
    const text = el.querySelector(".rw-strip")?.textContent ?? "";
    expect(text).toContain("+2.5 points 95 %: 2.1 to 2.9About 1,850 more users converted");
    expect(text).toContain("2 of 6 claimed; 4 happened, worth $97");
    expect(el.querySelector("[data-testid=together]")?.className).toBe("rw-good");
  });

  it("shows values by the chosen credit, and sorts and adds up what it shows", async () => {
    const { el, click, sent, names } = await draw(shown());
    await click("[data-choice=last]");
    expect(sent.at(-1)?.choice).toMatchObject({ credit: "last", rule: "last" });
    expect(names()[0]).toBe(hostile);
    expect(el.querySelector("tbody .rw-col-value")?.textContent).toBe("$90");
    expect(el.querySelector("th.rw-col-value")?.textContent).toContain("credited");
    expect(el.querySelector("tfoot .rw-col-value")?.textContent).toContain("97");
    await click("[data-choice=each]");
    expect(el.querySelector("tbody .rw-col-value")?.textContent).toBe("50");
  });

  it("is not there for a single campaign, or before there are numbers", async () => {
    for (const more of [{ rows: [line("Spring")] }, { rows: lines, busy: true }]) {
      const _campaigns = { together, months, scope: "", busy: false, ...more };
      const { el } = await draw(shown({ _campaigns }));
      expect(el.querySelector(".rw-strip")).toBeNull();
    }
  });

  it("goes to the find field by a key, but not from within a field", async () => {
    const { el } = await draw(shown());
    const field = el.querySelector<HTMLInputElement>("[data-testid=find-campaign]");
    const press = (at: Element | null): boolean =>
      at?.dispatchEvent(
        new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true }),
      ) ?? true;
    press(el.querySelector("[data-row]"));
    expect(document.activeElement).toBe(field);
    expect(press(field)).toBe(true);
  });

  it("opens an experiment where there is one", async () => {
    const detail = { kind: "works" as const, title: "It works", detail: "", steps: [] };
    const rows = [line("Spring", { has_experiment: true, detail }), line("Autumn", { detail })];
    const { click, sent, all } = await draw(
      state({ _campaigns: { rows, together, months, scope: "", busy: false } }),
    );
    const buttons = () => all("button").filter((one) => one.textContent === "Experiment");
    await click("[aria-label='Unfold Autumn']");
    expect(buttons()).toHaveLength(0);
    await click("[aria-label='Unfold Spring']");
    buttons()[0]?.click();
    await settle();
    expect(sent.at(-1)).toMatchObject({ kind: "open", place: 0, part: "experiment" });
  });
});

describe("filters", () => {
  const rows = [
    line("Spring", { entries: 900 }),
    line("Autumn", { status: "paused", entries: 700 }),
    line("Winter", {
      status: "finished",
      channels: [{ label: "Push", icon: "push" }],
      entries: 40,
    }),
    line("Broken", null),
  ];
  const shown = (choice: State = {}, standalone = false) => {
    const _choice = { sort: null, ...choice };
    const _campaigns = { rows, months, scope: "", busy: false };
    return draw(state({ _campaigns, _choice }), standalone);
  };
  type Drawn = Awaited<ReturnType<typeof shown>>;
  const chips = ({ all }: Drawn) => all("[data-chip]").map((one) => one.dataset.chip);

  it("take several states, which are told to the kernel, and named on their button", async () => {
    const page = await shown();
    const { click, names, sent, el } = page;
    const menu = el.querySelector("[data-testid=campaign-states]");
    expect(menu?.textContent).toBe("Any state");
    await click("[data-testid=campaign-states]");
    expect(page.all("[data-state]").map((one) => one.textContent)).toEqual([
      "Finished",
      "Paused",
      "Running",
    ]);
    await click("[data-state=running]");
    await click("[data-state=paused]");
    expect(names()).toEqual(["Spring", "Autumn"]);
    expect(sent.at(-1)?.choice).toMatchObject({ states: ["paused", "running"] });
    expect(menu?.textContent).toBe("State: Paused, running");
    expect(el.querySelector("[data-state=paused]")?.getAttribute("aria-pressed")).toBe("true");
    await click("[data-state=paused]");
    expect(names()).toEqual(["Spring"]);
  });

  it("are chips to take away one by one, with the focus on the next", async () => {
    const choice = {
      states: ["running", "finished"],
      channel: "Push",
      goal: "Purchase",
      least: 10,
    };
    const page = await shown({ ...choice, columns: [] });
    const { click, names, sent } = page;
    expect(chips(page)).toEqual([
      "Running",
      "Finished",
      "Push",
      "Goal: Purchase",
      "10 entries or more",
    ]);
    expect(names()).toEqual(["Winter"]);
    await click("[aria-label='Remove filter Push']");
    expect(names()).toEqual(["Spring", "Winter"]);
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Remove filter Goal: Purchase");
    await click("[data-chip=Running]");
    expect(sent.at(-1)?.choice).toMatchObject({ states: ["finished"], channel: null, least: 10 });
    await click("[data-chip='10 entries or more']");
    expect(document.activeElement).toBe(page.all("[data-chip]").at(-1));
    await click("[data-testid=campaign-chips] .rw-quiet");
    expect(sent.at(-1)?.choice).toMatchObject({ states: [], channel: null, goal: null, least: 0 });
    expect(names()).toHaveLength(4);
    expect(page.all("[data-testid=campaign-chips]")).toHaveLength(0);
    expect(document.activeElement?.getAttribute("data-testid")).toBe("campaign-least");
  });

  it("of a state that no campaign is in any more can be taken away, and of one there is no clear all", async () => {
    const page = await shown({ states: ["draft"] }, true);
    expect(page.names()).toEqual([]);
    expect(page.all("[data-testid=campaign-chips] button")).toHaveLength(1);
    await page.click("[data-testid=campaign-states]");
    await page.click("[data-state=draft]");
    expect(page.names()).toHaveLength(4);
    expect(page.sent).toEqual([]);
  });

  it("of many states are counted on the button", async () => {
    const { el } = await shown({ states: ["a", "b", "c", "d"] });
    const menu = el.querySelector("[data-testid=campaign-states]");
    expect(menu?.textContent).toBe("State: 4 states");
  });
});

describe("columns", () => {
  const metrics = [
    { key: "users", label: "Entries", unit: "count", text: "" },
    { key: "conversions", label: "Conversions", unit: "count", text: "Goal events." },
  ];
  const rows = [3, 7].map((value, at) =>
    line(`No. ${at}`, { metrics: { conversions: { value, text: `${value}` } } }),
  );
  const shown = (more: State = {}) =>
    draw(state({ _campaigns: { rows, months, metrics, scope: "", busy: false }, ...more }));
  const heads = (all: (selector: string) => HTMLElement[]) =>
    all("[data-sort]").map((one) => one.dataset.sort);

  it("are taken and left out, each at its place, and sorted by", async () => {
    const { click, all, names, sent } = await shown();
    await click("[data-testid=columns]");
    expect(all("[data-column]").at(-1)?.dataset.column).toBe("conversions");
    await click("[data-column=conversions]");
    expect(heads(all).at(-1)).toBe("conversions");
    await click("[data-sort=conversions]");
    expect(names()).toEqual(["No. 1", "No. 0"]);
    await click("[data-column=entries]");
    await click("[data-column=entries]");
    expect(heads(all).slice(0, 3)).toEqual(["name", "channels", "entries"]);
    await click("[data-column=conversions]");
    expect(sent.at(-1)?.choice).toMatchObject({ sort: null, columns: usual });
  });

  it("stand as Python has them, with the sums at theirs, or with none", async () => {
    const { all, model } = await shown({
      _choice: { columns: ["value", "conversions", "entries"] },
    });
    expect(heads(all)).toEqual(["name", "value", "conversions", "entries"]);
    const foot = () => all("tfoot tr > *").map((one) => one.textContent);
    expect(foot()).toEqual(["", "2 campaigns", "100", "", "200"]);
    model.update({ _choice: { columns: [] } });
    await settle();
    expect(foot()).toEqual(["", "2 campaigns"]);
    expect(all("thead [data-sort]")).toHaveLength(1);
  });
});

describe("small multiples", () => {
  const metrics = [{ key: "goal_value", label: "Goal value", unit: "amount", text: "" }];
  const trend = (name: string, currency: string, values: (number | null)[]) => ({
    ...{ name, currency, values, open: 1, trouble: "" },
  });
  const chosen = { show: "multiples", metric: "goal_value", search: "", sort: null };
  const shown = (other: string) => {
    const rows = ["USD", other].map((currency, at) => line(`No. ${at}`, { currency }));
    const trends = [trend("No. 0", "USD", [2, 4]), trend("No. 1", other, [null, 30])];
    const goal = { unit: "amount", base: "", every: "1w", rows: trends };
    const starts = ["2026-03-02", "2026-03-09"];
    return draw(
      state({
        _campaigns: { rows, months, metrics, scope: "", busy: false },
        _choice: chosen,
        _shared: { trends: { goal_value: { ...goal, starts } } },
      }),
    );
  };

  it("draw one scale, and are read along the weeks by keys", async () => {
    const { el, all } = await shown("USD");
    expect(all(".rw-steps-axis span").map((one) => one.textContent)).toEqual(["$40", "$0"]);
    const press = async (key: string): Promise<void> => {
      el.querySelector("[data-row]")?.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
      );
      await settle();
    };
    const values = () => all("[data-multiple] > b").map((one) => one.textContent);
    await press("ArrowRight");
    expect(values()).toEqual(["$2", "–"]);
    expect(el.querySelector("[data-testid=multiples-read]")?.textContent).toBe(
      "Week from 2 Mar 2026",
    );
    await press("End");
    expect(values()).toEqual(["$4", "$30"]);
    await press("Escape");
    expect(el.querySelector("[data-testid=multiples-read]")?.textContent).toBe("");
  });

  it("have no axis in common for amounts in several currencies", async () => {
    const { el, all } = await shown("EUR");
    expect(all("[data-multiple] svg")).toHaveLength(0);
    expect(el.textContent).toContain("Amounts are in several currencies");
  });
});

describe("what campaigns share", () => {
  const overlap = {
    names: ["Spring", hostile],
    users: [10, 4],
    both: [
      [10, 3],
      [3, 4],
    ],
    sets: [
      { campaigns: [0], users: 7 },
      { campaigns: [0, 1], users: 3 },
      { campaigns: [1], users: 1 },
    ],
    any: 11,
    several: 3,
    by_number: [8, 3, 0],
  };

  it("takes users of both, and those in the row's and not in the column's", async () => {
    const { click, sent, el } = await draw(state({ _shared: { overlap } }));
    expect(el.querySelector("[data-cell='0,1']")?.getAttribute("data-value")).toBe("3");
    await click("[data-cell='0,1']");
    expect(sent.at(-1)).toMatchObject({ kind: "segment", inside: [0, 1], outside: [] });
    await click("[data-choice=only]");
    expect(el.querySelector("[data-cell='0,1']")?.getAttribute("aria-label")).toBe(
      `In Spring, not in ${hostile}: 7 users, 70.0\u202f% of Spring`,
    );
    await click("[data-cell='0,1']");
    expect(sent.at(-1)).toMatchObject({ kind: "segment", inside: [0], outside: [1] });
    await click("[data-testid=overlap-sets] button");
    expect(sent.at(-1)).toMatchObject({ kind: "segment", inside: [0, 1], outside: [] });
  });

  it("names what nearly all of many campaigns lack", async () => {
    const sets = ["abcdef", "abcef", "acdf", "ace", "bd"].map((own) => ({
      campaigns: [...own].map((name) => "abcdef".indexOf(name)),
      users: 1,
    }));
    const many = { ...overlap, names: [..."abcdef"], sets };
    const { el } = await draw(state({ _shared: { overlap: many } }));
    const said = [...el.querySelectorAll("[data-testid=overlap-sets] .rw-clip")];
    const texts = ["6 All", "5 All but d", "4 All but b · e", "3 a · c · e", "2 b · d"];
    expect(said.map((one) => one.textContent)).toEqual(texts);
  });
});
