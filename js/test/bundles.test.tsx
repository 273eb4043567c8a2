// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import action from "../src/action";
import channels from "../src/channels";
import dashboard from "../src/dashboard";
import explore from "../src/explore";
import flow from "../src/flow";
import overview from "../src/overview";
import { HostModel, type HostOptions, type State } from "../src/saved/host";
import type { WidgetModule } from "../src/ui/mount";
import type { Campaign } from "../src/wire/campaign";
import type { Selection } from "../src/wire/selection";
import { state } from "./support/fixture";
import { life, settle } from "./support/life";
import { show } from "./support/show";

const thin = "\u202f";

/** The accessible name of a number: its content without what is hidden from assistive technology. */
const nameOf = (button: HTMLElement): string =>
  [...button.children]
    .filter((child) => child.getAttribute("aria-hidden") !== "true")
    .map((child) => child.textContent)
    .join("");

async function draw(module: WidgetModule, given: State = state(), options: HostOptions = {}) {
  const model = new HostModel(given, { standalone: false, onSave: () => undefined, ...options });
  const el = document.createElement("div");
  document.body.append(el);
  const end = module.render({ model, el, signal: life.signal });
  await settle();
  const find = <T extends HTMLElement = HTMLElement>(selector: string): T => {
    const found = el.querySelector<T>(selector);
    if (!found) throw new Error(`nothing matches ${selector}`);
    return found;
  };
  const click = async (selector: string): Promise<void> => {
    find(selector).click();
    await settle();
  };
  return { model, el, end, find, click, selected: () => model.get("_selection") as Selection };
}

describe("dashboard", () => {
  it("shows exact numbers by name, and every one of them is a button", async () => {
    const { el, find } = await draw(dashboard);
    const users = find(".rw-ring-button[data-metric=users]");
    expect(users.dataset.value).toBe("24118");
    expect(nameOf(users)).toBe("Entries: 24,118");
    expect(find(".rw-ring-button[data-metric=engaged]").textContent).toContain(`46.2${thin}%`);
    expect(nameOf(find("[data-channel=email][data-metric=unique_open_rate]"))).toMatch(
      /^Unique open rate: 37\.1.%, 17,902 of 48,211, 95.% interval/,
    );
    for (const hook of el.querySelectorAll("[data-metric], [data-action]"))
      expect(hook.localName).toBe("button");
    expect(find("[data-testid=rw-dashboard]").getAttribute("data-lm-suppress-shortcuts")).toBe(
      "true",
    );
  });

  it("opens Explore on what is clicked", async () => {
    const { click, find, selected } = await draw(dashboard);
    await click(".rw-ring-button[data-metric=users]");
    expect(selected()).toMatchObject({ metric: "users", channel: null, action: null });
    expect(find(".rw-ring-button[data-metric=users]").getAttribute("aria-pressed")).toBe("true");
    // The line is still the one before, and so is its title: dimmed, until the kernel has sent the new one.
    expect(find("[data-testid=explore-title]").textContent).toBe("Engaged users per day");
    expect(find("[data-testid=explore-chart]").getAttribute("aria-busy")).toBe("true");
    // The bar of a line that is waited for comes after 150 ms.
    await new Promise((done) => setTimeout(done, 300));
    await click("[data-channel=push][data-metric=opened]");
    await vi.waitFor(() => expect(selected()).toMatchObject({ metric: "opened", channel: "push" }));
  });

  it("turns to an action and back, and shows its copy as text", async () => {
    const { click, find, el, selected } = await draw(dashboard);
    await click("[data-action=a3]");
    expect(selected()).toMatchObject({ action: "a3", metric: "users_received" });
    expect(find("[data-testid=action-name]").textContent).toBe("Your 10 % off");
    await click("[data-tab=message]");
    expect(find("[data-testid=view-action]").textContent).toContain(
      "Hello {{name}},\n\nit has been",
    );
    await click(".rw-back");
    expect(el.querySelector("[data-testid=action-detail]")).toBeNull();
    expect(el.querySelector(".rw-rings")).not.toBeNull();
  });

  it("asks for users and shows them with their rule and the Python line", async () => {
    const { click, find } = await draw(dashboard, state(), {
      onSend: (content, model) =>
        model.reply({
          id: content.id,
          ok: true,
          segment: { name: "Users in Win-back", rule: "entered the campaign", size: 22017 },
        }),
    });
    await click(".rw-primary");
    const notice = find("[data-testid=segment-notice]");
    expect(notice.dataset.size).toBe("22017");
    expect(notice.textContent).toContain("dashboard.segment.users");
    expect(notice.textContent).toContain("entered the campaign");
  });

  it("says what went wrong with a question", async () => {
    const { click, find } = await draw(dashboard, state(), {
      onSend: (content, model) =>
        model.reply({
          id: content.id,
          ok: false,
          error: { message: "No users table.", hint: "Give users=." },
        }),
    });
    await click(".rw-primary");
    expect(find("[data-testid=segment-error]").textContent).toContain(
      "No users table. Give users=.",
    );
  });

  it("toggles the analytics view and explains the difference", async () => {
    const { click, find, selected } = await draw(dashboard);
    expect(find("[data-testid=analytics]").textContent).toBe(
      "View in Analytics: 23,871 users without developers",
    );
    await click("[data-testid=analytics]");
    expect(selected().developers).toBe(false);
    expect(find("[data-testid=analytics-notice]").textContent).toContain(
      "23,871 users without developers, 24,118 with (−247)",
    );
  });

  it("counts by the day of entry, and says so beside the time of the data", async () => {
    const { click, find, selected } = await draw(dashboard);
    expect(find(".rw-fresh").textContent).not.toContain("day of entry");
    await click("[data-testid=settings]");
    const clock = find("[data-testid=clock]") as HTMLSelectElement;
    clock.value = "entry";
    clock.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
    expect(selected().clock).toBe("entry");
    expect(find(".rw-fresh").textContent).toContain("counted by day of entry");
  });

  it("says how long nothing came where the campaign still runs, and is amber nowhere else", async () => {
    const given = state();
    const aged = (
      days: number,
      status: string,
      stale: string,
    ): Promise<{ find: (name: string) => Element }> =>
      draw(dashboard, {
        ...given,
        _campaign: { ...(given._campaign as object), status },
        _status: {
          ...(given._status as object),
          newest_ms: Date.now() - days * 86_400_000,
          stale,
        },
      });
    // Of more than a day the kernel says that it is old.
    const running = (await aged(212, "running", "old")).find(".rw-fresh");
    expect(running.textContent).toContain("No new events for 7 months");
    expect(running.getAttribute("data-stale")).toBe("warn");
    const late = (await aged(0.2, "running", "warn")).find(".rw-fresh");
    expect(late.getAttribute("data-stale")).toBe("warn");
    expect(late.textContent).toContain("Data as of");
    const paused = (await aged(212, "paused", "warn")).find(".rw-fresh");
    expect(paused.textContent).toContain("Data as of");
    expect(paused.getAttribute("data-stale")).toBe("old");
  });

  it("says which version of their table the events are, where there is one", async () => {
    const given = state();
    const of = async (version?: string): Promise<Element> => {
      const status = { ...(given._status as object), version };
      return (await draw(dashboard, { ...given, _status: status })).find(".rw-fresh");
    };
    const told = await of("version 12");
    expect(told.textContent).toMatch(/[a-z], version 12$/);
    expect(told.getAttribute("data-tip")).toMatch(/, read .*, version 12$/);
    for (const none of [await of(""), await of()])
      expect(none.textContent).toMatch(/(ago|months)$/);
  });

  it("says in the grid what no ring says", async () => {
    const named = (root: HTMLElement, within: string): (string | undefined)[] =>
      [...root.querySelectorAll<HTMLElement>(`${within} [data-metric]`)].map(
        (one) => one.dataset.metric,
      );
    const { el: single } = await draw(dashboard);
    const rings = new Set(named(single, ".rw-rings"));
    const grid = named(single, ".rw-stats");
    expect(grid).toContain("goal_value");
    expect(grid.filter((metric) => rings.has(metric))).toEqual([]);
    expect(grid).not.toContain("conversion_rate");
    const given = state();
    const campaign = given._campaign as { goal: object };
    const multiple = { ...campaign, goal: { ...campaign.goal, mode: "multiple" } };
    const { el: several } = await draw(dashboard, { ...given, _campaign: multiple });
    expect(named(several, ".rw-stats")).toContain("conversion_rate");
  });

  it("shows the table behind the chart", async () => {
    const { el, find } = await draw(dashboard);
    [...el.querySelectorAll("button")].find((one) => one.textContent === "Show table")!.click();
    await settle();
    expect(find("[data-testid=explore-table]").querySelectorAll("tbody tr")).toHaveLength(42);
  });

  it("switches variants in the browser", async () => {
    const { find, click, el } = await draw(dashboard);
    expect(find("[data-testid=flow-entries]").dataset.value).toBe("24118");
    await click("[data-variant=A]");
    expect(find("[data-testid=flow-entries]").dataset.value).toBe("11987");
    [...el.querySelectorAll("button")].find((one) => one.textContent === "Side by side")!.click();
    await settle();
    expect(
      [...el.querySelectorAll<HTMLElement>("[data-testid=flow-entries]")].map(
        (one) => one.dataset.value,
      ),
    ).toEqual(["11987", "12131"]);
  });

  it("draws two views of one model that follow each other, and ends each alone", async () => {
    const first = await draw(dashboard);
    const el = document.createElement("div");
    document.body.append(el);
    const end = dashboard.render({ model: first.model, el });
    await settle();
    await first.click(".rw-ring-button[data-metric=conversions]");
    expect(
      el.querySelector(".rw-ring-button[data-metric=conversions]")!.getAttribute("aria-pressed"),
    ).toBe("true");
    end();
    expect(el.childElementCount).toBe(0);
    expect(first.find(".rw-rings")).toBeTruthy();
    first.end();
    expect(first.model.listeners()).toBe(0);
  });
});

describe("states", () => {
  const with_ = (patch: State): State => ({ ...state(), ...patch });
  const status = state()._status as object;

  it("draws the frame before any number has come", async () => {
    const { find } = await draw(dashboard, {});
    expect(nameOf(find(".rw-ring-button[data-metric=users]"))).toBe("Users: no value");
    expect(find(".rw-progress").dataset.busy).toBe("true");
  });
  it("says what and what to do on an error", async () => {
    const { find } = await draw(
      dashboard,
      with_({
        _status: {
          ...status,
          state: "error",
          error: { message: "No metric opend.", hint: "Did you mean opened?" },
        },
      }),
    );
    expect(find("[data-testid=error]").textContent).toBe("No metric opend.Did you mean opened?");
  });
  it("says when the first action is planned", async () => {
    const campaign = { ...(state()._campaign as Campaign), started_at: Date.UTC(2026, 5, 1, 16) };
    const { find } = await draw(
      dashboard,
      with_({ _campaign: campaign, _status: { ...status, state: "empty", newest_ms: null } }),
    );
    expect(find("[data-testid=empty]").textContent).toBe(
      "No one has entered yet. First action planned for 1 Jun 2026, 09:00.",
    );
  });
});

describe("hostile names", () => {
  const evil = `<img src=x onerror="globalThis.hacked=1">"'&</script>`;

  it("stay text wherever they stand", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const given = state();
    const campaign = JSON.parse(JSON.stringify(given._campaign)) as Campaign;
    campaign.name = evil;
    campaign.actions[0]!.name = evil;
    campaign.actions[0]!.copy = { [evil]: evil, list: [evil], deep: { [evil]: evil } };
    campaign.actions[0]!.channel = "constructor";
    campaign.channels[0]!.label = evil;
    campaign.channels[0]!.icon = "constructor";
    campaign.variants[0]!.name = evil;
    const glossary = {
      ...(given._glossary as object),
      users: { ...(given._glossary as Record<string, object>).users, label: evil, text: evil },
    };
    const { el, click } = await draw(dashboard, {
      ...given,
      _campaign: campaign,
      _glossary: glossary,
      _chart: { ...(given._chart as object), title: evil, caption: evil },
    });
    expect(el.querySelector("[data-testid=campaign-name]")!.textContent).toBe(evil);
    expect(el.querySelector("[data-testid=explore-title]")!.textContent).toBe(evil);
    await click("[data-action=a1]");
    await click("[data-tab=message]");
    expect(el.querySelector("[data-testid=view-action] dd details")!.lastChild!.textContent).toBe(
      evil,
    );
    expect(el.querySelector("img, script")).toBeNull();
    expect((globalThis as { hacked?: number }).hacked).toBeUndefined();
  });
});

describe("each widget alone", () => {
  it.each([
    ["rw-overview", overview],
    ["rw-channels", channels],
    ["rw-flow", flow],
    ["rw-explore", explore],
    ["rw-action", action],
  ] as const)("%s draws", async (name, module) => {
    const { el } = await draw(module, {
      ...state(),
      _selection: { ...(state()._selection as Selection), action: "a1" },
    });
    expect(
      el.querySelector(`[data-testid=${name}]`)!.querySelectorAll("button").length,
    ).toBeGreaterThan(1);
  });
});

describe("a widget that is drawn again and again", () => {
  it("leaves no listener and no node behind", async () => {
    const { model, el, end } = show();
    await settle();
    const [listeners, nodes] = [model.listeners(), document.querySelectorAll("*").length];
    for (let i = 0; i < 5; i++) dashboard.render({ model, el })();
    expect(model.listeners()).toBe(listeners);
    expect(document.querySelectorAll("*").length).toBe(nodes);
    end();
    expect(model.listeners()).toBe(0);
    expect(el.childElementCount).toBe(0);
  });
});

describe("what a roll-up cannot do", () => {
  const closed = {
    users: "No users in it",
    by: "No columns in it",
    developers: "With developers",
    machine_opens: "With machines",
    clock: "With one clock",
  };
  const given = state();

  it("is closed, and says why", async () => {
    const options = { ...(given._options as object), closed };
    const { el: shown } = show({ ...given, _options: options });
    const titled = (selector: string): string[] =>
      [...shown.querySelectorAll<HTMLElement>(selector)].map((one) => one.dataset.tip ?? "");
    expect(titled("button:disabled")).toEqual(
      expect.arrayContaining([closed.users, closed.developers]),
    );
    expect(titled("[data-testid=by]:disabled")[0]).toContain(closed.by);
    shown.querySelector<HTMLElement>("[data-testid=settings]")!.click();
    await settle();
    expect(titled("[data-testid=clock]:disabled")[0]).toContain(closed.clock);
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
