// @vitest-environment happy-dom
// A list that is searched by typing, as it stands in Settings and above the chart.
import { describe, expect, it, vi } from "vitest";
import { compared } from "../../src/features/flow/VariantTable";
import { fitting } from "../../src/ui/Combobox";
import type { Flow } from "../../src/wire/flow";
import { experiment } from "../support/experiment";
import { state } from "../support/fixture";
import { settle } from "../support/life";
import { show } from "../support/show";

const zones = ["America/New_York", "Europe/York", "Asia/Tokyo", "Europe/Zürich"].map((value) => ({
  value,
  label: value.replace("_", " "),
}));
const values = (query: string): string[] => fitting(zones, query).map(({ value }) => value);

describe("what fits", () => {
  it("has every word somewhere, whatever its capitals, accents, dashes; first where a word begins so", () => {
    expect(values("york")).toEqual(["America/New_York", "Europe/York"]);
    expect(values("new york")).toEqual(["America/New_York"]);
    expect(values("Asia/To")).toEqual(["Asia/Tokyo"]);
    expect(values("zurich")).toEqual(["Europe/Zürich"]);
    expect(values("ork eur")).toEqual(["Europe/York"]);
    expect(values("k")).toEqual(["America/New_York", "Europe/York", "Asia/Tokyo"]);
    expect(values("")).toHaveLength(4);
    expect(values("x")).toEqual([]);
  });
});

describe("the field", () => {
  it("takes the first that fits by Enter, walks with arrows, and closes by Escape", async () => {
    const { el, model } = show();
    await settle();
    el.querySelector<HTMLElement>("[data-testid=settings]")!.click();
    await settle();
    const field = el.querySelector<HTMLInputElement>("[data-testid=zone]")!;
    const press = async (key: string): Promise<void> => {
      field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      await settle();
    };
    const type = async (words: string): Promise<void> => {
      field.value = words;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await settle();
    };
    const list = document.getElementById(field.getAttribute("aria-controls")!)!;
    const active = (): string | undefined =>
      document.getElementById(field.getAttribute("aria-activedescendant") ?? "")?.dataset.value;
    expect([field.getAttribute("role"), field.getAttribute("aria-expanded")]).toEqual([
      "combobox",
      "false",
    ]);
    const offered = (state()._options as { time_zones: string[] }).time_zones;
    await type(offered.at(-1)!);
    expect(field.getAttribute("aria-expanded")).toBe("true");
    expect(active()).toBe(offered.at(-1));
    await press("Escape");
    expect(list.hidden).toBe(true);
    // The dialog stays: Escape closed the list alone.
    expect(el.querySelector("[role=dialog][aria-label=Settings]")).not.toBeNull();
    await type(offered.at(-1)!);
    await press("Enter");
    const isChosen = (): void =>
      expect(model.get("_selection")).toMatchObject({ time_zone: offered.at(-1) });
    await vi.waitFor(isChosen);
    // The next letters replace the chosen words: added to them they would find nothing.
    field.focus();
    await type(offered.at(-2)!);
    await press("Enter");
    expect([field.selectionStart, field.selectionEnd]).toEqual([0, field.value.length]);
    expect(field.value).not.toBe("");
    await type(offered.at(-1)!);
    await press("Enter");
    await press("ArrowDown");
    const first = active();
    await press("ArrowUp");
    expect(active()).not.toBe(first);
    await type("nothing is called so");
    expect(list.textContent).toBe("Nothing fits.");
    await press("Enter");
    await vi.waitFor(isChosen);
  });
});

describe("views", () => {
  it("are kept, opened and deleted by name, and say what is no longer there", async () => {
    const asked: Record<string, unknown>[] = [];
    const { el, model } = show(state(), (content) => asked.push(content));
    await settle();
    model.update({ _views: [{ name: "March", fields: { range: "30d", by: "shop" } }] });
    await settle();
    el.querySelector<HTMLElement>("[data-testid=views]")!.click();
    await settle();
    const find = <T extends Element>(selector: string): T => el.querySelector<T>(selector)!;
    expect(find(".rw-view-open").textContent).toBe("MarchLast 30 days · by shop");
    find<HTMLElement>(".rw-view-open").click();
    await settle();
    const { id } = asked.at(-1)!;
    model.reply({ id, ok: true, views: { missing: ["column 'shop' is not in these results"] } });
    await settle();
    expect(find("[data-testid=views-said]").textContent).toBe(
      "column 'shop' is not in these results.",
    );
    find<HTMLElement>(".rw-view-open").click();
    await settle();
    const error = { message: "the view is unreadable", hint: "keep it anew" };
    model.reply({ id: asked.at(-1)!.id, ok: false, error });
    await settle();
    expect(find(".rw-views-pop [role=alert]").textContent).toContain(
      "the view is unreadable: keep it anew",
    );
    expect(find(".rw-views-pop [role=alert] svg")).toBeTruthy();
    const name = find<HTMLInputElement>(".rw-views-pop input");
    name.value = "April";
    name.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    find<HTMLElement>(".rw-views-pop [type=submit]").click();
    find<HTMLElement>("[aria-label='Delete the view March']").click();
    expect(asked.filter(({ kind }) => kind === "views")).toMatchObject([
      { what: "open", name: "March" },
      { what: "open", name: "March" },
      { what: "save", name: "April" },
      { what: "delete", name: "March" },
    ]);
  });
});

describe("metrics", () => {
  it("are searched by typing, and the first that fits is taken by Enter", async () => {
    const { el, model } = show();
    await settle();
    const title = el.querySelector<HTMLElement>(".rw-pick")!;
    title.click();
    await settle();
    const field = el.querySelector<HTMLInputElement>(".rw-picker input")!;
    const enter = { key: "Enter", bubbles: true, cancelable: true };
    field.dispatchEvent(new KeyboardEvent("keydown", enter));
    await settle();
    // Nothing was typed: nothing is taken.
    expect(title.getAttribute("aria-expanded")).toBe("true");
    field.value = "median";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    field.dispatchEvent(new KeyboardEvent("keydown", enter));
    await settle();
    await new Promise((done) => setTimeout(done, 200));
    expect(title.getAttribute("aria-expanded")).toBe("false");
    expect(model.get("_selection")).toMatchObject({ metric: "median_time_to_convert" });
  });
});

describe("many variants", () => {
  it("are searched in one menu, which says once why all of them cannot be shown at once", async () => {
    const given = state();
    const flow = structuredClone(given._flow) as Flow;
    const own = flow.arms.find(({ id }) => id !== null)!;
    const more = "ABCDEFGHIJ".split("").map((id) => ({ ...own, id, label: `Arm ${id}` }));
    flow.arms = [flow.arms[0]!, ...more];
    const { el } = show({ ...given, _flow: flow });
    await settle();
    const field = el.querySelector<HTMLInputElement>("input[data-testid=variant]")!;
    field.click();
    await settle();
    const options = [...el.querySelectorAll(".rw-flow [role=option]")];
    expect(options.map((one) => one.textContent)).toContain("Overlaid at most 8 variants");
    expect(options.at(-2)!.getAttribute("aria-disabled")).toBe("true");
  });

  it("stand in a table, against the control that most are compared with", async () => {
    const given = state();
    const flow = structuredClone(given._flow) as Flow;
    const own = flow.arms.find(({ id }) => id !== null)!;
    flow.arms = [flow.arms[0]!, ..."ABCDE".split("").map((id) => ({ ...own, id, label: id }))];
    const { el } = show({ ...given, _flow: flow, _experiment: experiment });
    await settle();
    expect(el.querySelector(".rw-variants")).toBeNull();
    el.querySelector<HTMLElement>("[data-testid=compare-variants]")!.click();
    await settle();
    const rows = [...el.querySelectorAll("[data-variant-row]")];
    expect(rows.map((row) => row.querySelector("th")!.textContent)).toHaveLength(5);
    const known = experiment.found!.arms.find(({ id }) => id === "B")!;
    expect(rows[1]!.textContent).toContain(`${known.converted} of ${known.users}`);
    const { control } = compared(experiment.found!);
    expect(el.querySelector("[data-testid=variants] caption")!.textContent).toContain(control);
  });
});
