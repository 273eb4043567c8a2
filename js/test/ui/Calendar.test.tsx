// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import explore from "../../src/explore";
import { HostModel } from "../../src/saved/host";
import type { Selection } from "../../src/wire/selection";
import { state } from "../support/fixture";
import { settle } from "../support/life";

describe("the calendar", () => {
  afterEach(() => document.body.replaceChildren());

  async function open() {
    const saved: Selection[] = [];
    const model = new HostModel(state(), {
      standalone: false,
      onSave: (changed) => changed._selection && saved.push(changed._selection as Selection),
      onSend: ({ id, kind }, host) =>
        kind === "days" &&
        host.reply({ id, ok: true, days: { first: "2026-04-01", counts: [3, 0, 8] } }),
    });
    const el = document.createElement("div");
    document.body.append(el);
    explore.render({ model, el });
    await settle();
    el.querySelector<HTMLElement>("[data-testid=days]")!.click();
    await settle();
    const day = (iso: string): HTMLElement => el.querySelector<HTMLElement>(`[data-day="${iso}"]`)!;
    const press = async (key: string): Promise<void> => {
      document.activeElement!.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
      );
      await settle();
    };
    return { el, saved, day, press };
  }

  it("opens on the newest day of the data, and says which days have any", async () => {
    const { day } = await open();
    expect(document.activeElement).toBe(day("2026-04-12"));
    expect(day("2026-04-03").getAttribute("aria-label")).toBe("Friday 3 April 2026, 8 received");
    expect(day("2026-04-02").getAttribute("aria-label")).toBe(
      "Thursday 2 April 2026, nothing received",
    );
    expect(day("2026-04-03").classList.contains("rw-day-data")).toBe(true);
    expect(day("2026-04-02").classList.contains("rw-day-data")).toBe(false);
  });

  it("is worked by keys, and the kernel hears of a whole range once", async () => {
    const { el, saved, day, press } = await open();
    await press("PageUp");
    expect(el.querySelector("[data-testid=calendar-month]")!.textContent).toBe("March 2026");
    expect(document.activeElement).toBe(day("2026-03-12"));
    day("2026-03-12").click();
    await settle();
    await press("ArrowUp");
    expect(saved).toEqual([]);
    expect([...el.querySelectorAll("[aria-selected=true]")]).toHaveLength(8);
    day("2026-03-05").click();
    await settle();
    // Turned round, it is the same range.
    expect(saved.at(-1)).toMatchObject({ range: "custom", start: "2026-03-05", end: "2026-03-12" });
    expect(el.querySelector("[data-testid=calendar]")).toBeNull();
    expect(document.activeElement).toBe(el.querySelector("[data-testid=days]"));
  });

  it("is left by Escape as it was found", async () => {
    const { el, saved, press } = await open();
    await press("Escape");
    expect(el.querySelector("[data-testid=calendar]")).toBeNull();
    expect(saved).toEqual([]);
  });
});
