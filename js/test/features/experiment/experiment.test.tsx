// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import widget from "../../../src/experiment";
import { HostModel, type State } from "../../../src/saved/host";
import { painted } from "../../../src/ui/painted";
import { experiment } from "../../support/experiment";
import { selection, state, status } from "../../support/fixture";
import { settle } from "../../support/life";
import { show } from "../../support/show";

function draw(given: State = state()) {
  const model = new HostModel(given, { standalone: true });
  const el = document.createElement("div");
  document.body.append(el);
  widget.render({ model, el });
  return { el, model };
}

const one = (el: HTMLElement, testid: string): HTMLElement =>
  el.querySelector<HTMLElement>(`[data-testid=${testid}]`)!;

describe("the verdict", () => {
  it("stands under the title of a dashboard and opens the experiment, which takes the focus", async () => {
    const { el } = show();
    await settle();
    const verdict = one(el, "verdict");
    expect(verdict.textContent).toContain(experiment.title);
    expect(verdict.textContent).toContain("It works");
    expect(one(el, "experiment")).toBeNull();
    const button = verdict.querySelector("button")!;
    button.click();
    await settle();
    expect(button.getAttribute("aria-controls")).toBe(one(el, "experiment").id);
    expect(button.getAttribute("aria-expanded")).toBe("true");
    expect(document.activeElement?.textContent).toBe("Experiment");
    button.click();
    await settle();
    expect(one(el, "experiment").closest("[hidden]")).not.toBeNull();
  });

  it("has the experiment below it on paper, on which nothing can be opened", async () => {
    const { el } = show();
    await settle();
    dispatchEvent(new Event("beforeprint"));
    await settle();
    expect(one(el, "experiment")).not.toBeNull();
    dispatchEvent(new Event("afterprint"));
    await settle();
    expect(one(el, "experiment")).toBeNull();
  });

  it("is asked for when the numbers are on screen, once for each selection", async () => {
    const asked: Record<string, unknown>[] = [];
    const { el, model } = show({ ...state(), _experiment: {} }, (content) => asked.push(content));
    await vi.waitFor(() => expect(asked.map(({ kind }) => kind)).toEqual(["experiment"]));
    expect(one(el, "verdict").getAttribute("aria-busy")).toBe("true");
    model.update({ _experiment: experiment });
    await settle();
    expect(one(el, "verdict").getAttribute("aria-busy")).toBe("false");
    model.update({ _experiment: {}, _selection: { ...selection, range: "7d" } });
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    // The one before stays until the next is there.
    expect(one(el, "verdict").textContent).toContain(experiment.title);
    expect(one(el, "verdict").getAttribute("aria-busy")).toBe("true");
  });

  it("is not asked for where there are no numbers", async () => {
    const asked: Record<string, unknown>[] = [];
    show({ ...state(), _experiment: {}, _status: { ...status, state: "computing" } }, (content) =>
      asked.push(content),
    );
    await painted();
    await settle();
    expect(asked).toEqual([]);
  });

  it("is left out of a saved page that has none", async () => {
    const { el } = draw({ ...state(), _experiment: {} });
    await settle();
    expect(one(el, "verdict")).toBeNull();
    expect(one(el, "experiment")).toBeNull();
  });

  it("says what is not measured, and opens nothing", async () => {
    const nothing = {
      ...experiment,
      kind: "unmeasured" as const,
      mark: null,
      found: null,
      ripening: null,
    };
    const { el } = show({ ...state(), _experiment: nothing });
    await settle();
    expect(one(el, "verdict").textContent).toContain("Not measured");
    expect(one(el, "verdict").querySelector("button")).toBeNull();
  });
});

describe("the experiment", () => {
  it("has a row for each comparison, its verdict by arrow and word", async () => {
    const { el } = draw();
    await settle();
    const rows = [...el.querySelectorAll<HTMLElement>("tbody tr[data-row]")];
    expect(rows.map((row) => row.querySelector(".rw-forest-verdict")?.textContent)).toEqual([
      "▲ better",
      "▼ worse",
      "unclear",
      "too early",
    ]);
    expect(rows[0]?.querySelector(".rw-forest-on-high")).not.toBeNull();
    expect(rows[2]?.querySelector(".rw-mark-line")).toBeNull();
    expect(one(el, "totals").textContent).toContain("about 90");
    expect(one(el, "arms").querySelectorAll("tbody tr")).toHaveLength(2);
  });

  it("folds many comparisons to a line each, which says what they found", async () => {
    const [group] = experiment.found!.groups;
    const groups = ["A", "B", "C", "D", "E"].map((arm) => ({
      ...group!,
      arm,
      control: "held back",
    }));
    const many = { ...experiment, found: { ...experiment.found!, groups } };
    const { el } = draw({ ...state(), _experiment: many });
    await settle();
    const folds = [...el.querySelectorAll<HTMLDetailsElement>(".rw-forest details")];
    expect(folds.map(({ open }) => open)).toEqual([false, false, false, false]);
    expect(folds[0]?.querySelector("summary")?.textContent).toMatch(
      /^B against held back.* \+9\.0 pt \(3\.0 to 15\.0\), better$/,
    );
    expect(el.querySelectorAll(".rw-forest table")).toHaveLength(5);
  });

  it("reads the difference of each day by arrow keys", async () => {
    const { el } = draw();
    await settle();
    const plot = el.querySelector<HTMLElement>("[role=slider]")!;
    expect(one(el, "look").textContent).toBe("11 Mar +9.0 pt (3.0 to 15.0)clear since 10 Mar");
    const press = async (key: string): Promise<void> => {
      plot.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      await settle();
    };
    await press("ArrowLeft");
    expect(plot.getAttribute("aria-valuetext")).toBe("10 Mar: +8.0 pt (1.0 to 15.0)");
    await press("Home");
    expect(plot.getAttribute("aria-valuenow")).toBe("0");
    await press("ArrowLeft");
    expect(plot.getAttribute("aria-valuenow")).toBe("0");
    await press("End");
    expect(plot.getAttribute("aria-valuenow")).toBe("3");
  });

  it("draws another comparison from the menu", async () => {
    const { el } = draw();
    await settle();
    const menu = el.querySelector<HTMLSelectElement>("[data-testid=comparison]")!;
    expect([...menu.options].map((option) => option.textContent)).toEqual([
      "Converted, all treated less held back",
      "Value per user, all treated less held back",
    ]);
    menu.value = "1";
    menu.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
    expect(el.textContent).toContain(
      "Value per user, all treated less held back; over users whose window",
    );
  });

  it("tells the conditions to keep in mind from the others", async () => {
    const { el } = draw();
    await settle();
    expect(el.querySelector(".rw-conditions")?.textContent).toContain(
      "To keep in mind: 2 users seen in two arms are left out.",
    );
  });
});

describe("how conversions ripen", () => {
  const cells = (row: Element): string[] =>
    [...row.children].map((cell) => cell.textContent as string);

  it("is a row for each week with its rates by age, in words where not all are that old", async () => {
    const { el } = draw();
    await settle();
    const [first, second] = one(el, "ripening").querySelectorAll("tbody tr");
    expect(cells(first!)).toEqual(["2–8 Mar 2026", "400", "10.0 %", "15.0 %", "20.0 %"]);
    expect(cells(second!)).toEqual(["9–15 Mar 2026", "only 12", "25.0 %", "not yet"]);
    const notYet = second!.querySelector<HTMLTableCellElement>(".rw-not-yet")!;
    expect(notYet.colSpan).toBe(2);
    expect(first!.querySelector(".rw-not-yet")).toBeNull();
  });

  it("tints rates in proportion to the largest of enough entries, and greys those of few", async () => {
    const { el } = draw();
    await settle();
    const [first, second] = one(el, "ripening").querySelectorAll<HTMLElement>("tbody tr");
    const heat = (row: HTMLElement): string[] =>
      [...row.querySelectorAll<HTMLElement>("td[style]")].map((cell) =>
        cell.style.getPropertyValue("--rw-heat"),
      );
    expect(heat(first!)).toEqual(["15.0%", "22.5%", "30.0%"]);
    expect(heat(second!)).toEqual(["0%"]);
    expect(second!.className).toBe("rw-few");
    expect(one(el, "ripening").textContent).toContain("Grey italics: too few entries");
  });

  it("opens from the verdict where nothing is compared", async () => {
    const { el } = show({ ...state(), _experiment: { ...experiment, found: null } });
    await settle();
    const button = one(el, "verdict").querySelector("button")!;
    expect(button.textContent).toBe("Ripeness");
    button.click();
    await settle();
    expect(document.activeElement?.textContent).toBe("Ripeness");
    expect(button.textContent).toBe("Close ripeness");
    expect(one(el, "ripening").querySelectorAll("tbody tr")).toHaveLength(2);
    expect(one(el, "arms")).toBeNull();
  });

  it("says why it is left out", async () => {
    const ripening = { ...experiment.ripening!, ages: [], rows: [], note: "Left out: small." };
    const { el } = draw({ ...state(), _experiment: { ...experiment, ripening } });
    await settle();
    expect(one(el, "ripening").textContent).toContain("Left out: small.");
    expect(one(el, "ripening").querySelector("table")).toBeNull();
  });
});

describe("the code of the panel", () => {
  it("gives the comparison, the table of ripening and the forecast, each to be copied", async () => {
    const { el } = draw(state());
    const shown = [...el.querySelectorAll(".rw-experiment-code .rw-code")];
    expect(shown.map((one) => one.querySelector("code")!.textContent)).toEqual([
      "results.experiment()",
      'results.cohorts(every="1w")',
      "results.maturity()",
    ]);
    expect(shown.map((one) => one.querySelector("button")!.getAttribute("aria-label"))).toEqual([
      "Copy results.experiment()",
      'Copy results.cohorts(every="1w")',
      "Copy results.maturity()",
    ]);
  });
});

describe("sub-groups", () => {
  it("are asked for by the column chosen, and drawn below", async () => {
    const asked: Record<string, unknown>[] = [];
    const { el, model } = show(state(), (content) => asked.push(content));
    await settle();
    one(el, "verdict").querySelector("button")!.click();
    await settle();
    const menu = el.querySelector<HTMLSelectElement>("[data-testid=subgroups-by]")!;
    expect([...menu.options].map((option) => option.value)).toEqual(["", "platform"]);
    menu.value = "platform";
    menu.dispatchEvent(new Event("change", { bubbles: true }));
    await vi.waitFor(() => expect(asked).toMatchObject([{ kind: "subgroups", by: "platform" }]));
    const groups = [{ ...experiment.found!.groups[0]!, arm: "15 % off" }];
    model.reply({ id: asked[0]!.id, ok: true, subgroups: groups });
    await settle();
    expect(one(el, "subgroups").querySelectorAll("tbody tr")).toHaveLength(3);
  });

  it("are those that a saved page has, and say why it has no others", async () => {
    const saved = {
      platform: [{ ...experiment.found!.groups[0]!, arm: "15 % off" }],
      plan: "why not",
    };
    const given = state();
    const { el } = draw({
      ...given,
      _options: { ...(given._options as object), by: ["variant", "platform", "plan"] },
      _experiment: { ...experiment, subgroups: saved },
    });
    await settle();
    one(el, "verdict").querySelector("button")?.click();
    await settle();
    const menu = el.querySelector<HTMLSelectElement>("[data-testid=subgroups-by]")!;
    expect([...menu.options].map(({ value, disabled }) => [value, disabled])).toEqual([
      ["", false],
      ["platform", false],
      ["plan", true],
    ]);
    expect(menu.dataset.tip).toContain(": why not");
    menu.value = "platform";
    menu.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
    expect(one(el, "subgroups").querySelectorAll("tbody tr")).toHaveLength(3);
  });

  it("say why there are none", async () => {
    const asked: Record<string, unknown>[] = [];
    const { el, model } = show(state(), (content) => asked.push(content));
    await settle();
    one(el, "verdict").querySelector("button")!.click();
    await settle();
    const menu = el.querySelector<HTMLSelectElement>("[data-testid=subgroups-by]")!;
    menu.value = "platform";
    menu.dispatchEvent(new Event("change", { bubbles: true }));
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    const error = { message: "it has no value at entry", hint: "pass another column" };
    model.reply({ id: asked[0]!.id, ok: false, error });
    await settle();
    expect(one(el, "subgroups").textContent).toContain("no value at entry: pass another column");
  });

  it("are left out of a saved page, which has no kernel", async () => {
    const { el } = draw();
    await settle();
    expect(one(el, "subgroups")).toBeNull();
  });
});

describe("usual other rules", () => {
  const shape = {
    label: "Numbers under other rules",
    heads: ["Number", "Rule", "Other choice", "Value", "Change"],
    numbers: [3, 4],
  };

  it("are asked for when somebody opens them, and stand in a table with what moves nothing left out", async () => {
    const asked: Record<string, unknown>[] = [];
    const { el, model } = show(state(), (content) => asked.push(content));
    await settle();
    one(el, "verdict").querySelector("button")!.click();
    await settle();
    expect(asked).toEqual([]);
    const part = one(el, "usual-rules");
    part.querySelector("button")!.click();
    await vi.waitFor(() => expect(asked).toMatchObject([{ kind: "usual_rules" }]));
    expect(part.textContent).toContain("Computing");
    const line = "Under other usual rules: 12.1 to 15.6 %";
    const rows = [["Converted rate", "Attribution window", "1d", "12.1 %", "-1.2 pp"]];
    const reply = { ...shape, line, rows, notes: ["Machine opens: n/a."] };
    model.reply({ id: asked[0]!.id, ok: true, usual_rules: reply });
    await settle();
    expect(part.textContent).toContain(line);
    expect(part.querySelectorAll("tbody td")).toHaveLength(5);
    expect(part.textContent).toContain("Machine opens: n/a.");
    part.querySelector("button")!.click();
    await settle();
    expect(part.querySelector("table")).toBeNull();
  });

  it("say so where the kernel cannot tell", async () => {
    const asked: Record<string, unknown>[] = [];
    const { el, model } = show(state(), (content) => asked.push(content));
    await settle();
    one(el, "verdict").querySelector("button")!.click();
    await settle();
    one(el, "usual-rules").querySelector("button")!.click();
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    const error = { message: "a roll-up cannot tell", hint: "" };
    model.reply({ id: asked[0]!.id, ok: false, error });
    await settle();
    expect(one(el, "usual-rules").textContent).toContain("told here: a roll-up cannot tell");
  });

  it("have other tools' definitions and paths beside them, one open at a time, whose steps are text of their own", async () => {
    const asked: Record<string, unknown>[] = [];
    const { el, model } = show(state(), (content) => asked.push(content));
    await settle();
    one(el, "verdict").querySelector("button")!.click();
    await settle();
    const part = one(el, "usual-rules");
    const [, dialects, paths] = [...part.querySelectorAll("button")];
    dialects!.click();
    await vi.waitFor(() => expect(asked).toMatchObject([{ kind: "dialects" }]));
    paths!.click();
    await vi.waitFor(() => expect(asked).toMatchObject([{ kind: "dialects" }, { kind: "paths" }]));
    const found = {
      label: "Paths to conversion",
      heads: ["Path", "Conversions"],
      numbers: [1],
      rows: [
        [["<b>Mail</b>", "دفع"], "12"],
        ["None", "1"],
      ],
      notes: [],
      line: "",
    };
    model.reply({ id: asked[1]!.id, ok: true, paths: found });
    // Of what is closed by now.
    model.reply({ id: asked[0]!.id, ok: true, dialects: { ...found, label: "By set" } });
    await settle();
    expect(dialects!.getAttribute("aria-expanded")).toBe("false");
    const cells = [...part.querySelectorAll("tbody td")].map((cell) => cell.innerHTML);
    const steps = "<bdi>&lt;b&gt;Mail&lt;/b&gt;</bdi> → <bdi>دفع</bdi>";
    expect(cells).toEqual([steps, "<bdi>12</bdi>", "<bdi>None</bdi>", "<bdi>1</bdi>"]);
    expect(part.querySelectorAll("td.rw-num")).toHaveLength(2);
    expect(part.querySelector("caption")!.textContent).toBe("Paths to conversion");
  });

  const range = {
    ...shape,
    line: "Under other usual rules: 12.1 to 15.6 %",
    rows: [["Converted rate", "Attribution window", "1d", "12.1 %", "-1.2 pp"]],
    notes: ["Held back: n/a."],
    awaited: false,
  };

  it("stand in a line under the verdict, whose place is kept until the kernel has them, and which opens their table", async () => {
    const asked: Record<string, unknown>[] = [];
    const wait = { ...range, line: "Under other usual rules: …", rows: [], awaited: true };
    const given = { ...state(), _experiment: { ...experiment, usual: wait } };
    const { el, model } = show(given, (content) => asked.push(content));
    await settle();
    const line = el.querySelector(".rw-verdict-usual")!;
    expect(line.textContent).toBe(wait.line);
    expect(line.querySelector("[aria-busy=true]")).not.toBeNull();
    expect(line.querySelector("button")).toBeNull();
    model.update({ _experiment: { ...experiment, usual: range } });
    await settle();
    expect(line.textContent).toBe(range.line);
    line.querySelector("button")!.click();
    await vi.waitFor(() => expect(asked).toMatchObject([{ kind: "usual_rules" }]));
    const button = one(el, "usual-rules").querySelector("button")!;
    expect(button.getAttribute("aria-expanded")).toBe("true");
    expect(document.activeElement).toBe(button);
  });

  it("are those of the converted rate in a saved page, and no control on paper", async () => {
    const given = { ...state(), _experiment: { ...experiment, usual: range } };
    const { el } = show(given, undefined, true);
    await settle();
    el.querySelector<HTMLElement>(".rw-verdict-usual button")!.click();
    await settle();
    expect(one(el, "usual-rules").textContent).toContain("Attribution window");
    expect(one(el, "usual-rules").textContent).toContain("Held back: n/a.");
    dispatchEvent(new Event("beforeprint"));
    await settle();
    expect(el.querySelector(".rw-verdict-usual")!.textContent).toBe(range.line);
    expect(el.querySelector(".rw-verdict-usual button")).toBeNull();
    dispatchEvent(new Event("afterprint"));
  });

  it("say nothing where nothing is told, nor where no kernel or page has them", async () => {
    const { el } = show({ ...state(), _experiment: { ...experiment, usual: null } });
    await settle();
    expect(el.querySelector(".rw-verdict-usual")).toBeNull();
  });
});
