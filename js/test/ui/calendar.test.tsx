import { afterEach, describe, expect, it } from "vitest";
import explore from "../../src/explore";
import { slice } from "../../src/features/explore/DataTable";
import { HostModel } from "../../src/saved/host";
import {
  addMonths,
  dayAfterKey,
  dayOf,
  isoOf,
  longWords,
  rangeWords,
  weekday,
  weeksOf,
} from "../../src/ui/dates";
import type { Selection } from "../../src/wire/selection";
import { state } from "../support/fixture";

const settle = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setTimeout(resolve, 5));
};

const days = (...iso: string[]): number[] => iso.map(dayOf);

describe("days", () => {
  it("are the same in every zone, and come back as they were", () => {
    for (const iso of ["1970-01-01", "2024-02-29", "2026-03-08", "2026-10-25", "1969-12-31"])
      expect(isoOf(dayOf(iso))).toBe(iso);
    expect(longWords(dayOf("2026-03-12"))).toBe("Thursday 12 March 2026");
  });
  it("begin their weeks on Monday, also before 1970", () => {
    expect(
      days("2026-03-09", "2026-03-15", "1970-01-01", "1969-12-29", "1969-12-28").map(weekday),
    ).toEqual([0, 6, 3, 0, 6]);
    const weeks = weeksOf(dayOf("2026-03-20"));
    expect(weeks.map((week) => week.length)).toEqual([7, 7, 7, 7, 7, 7]);
    expect([isoOf(weeks[0]![0]!), isoOf(weeks[5]![6]!)]).toEqual(["2026-02-23", "2026-04-05"]);
  });
  it("go by months without leaving them", () => {
    const moved = (iso: string, count: number): string => isoOf(addMonths(dayOf(iso), count));
    expect([
      moved("2026-01-31", 1),
      moved("2024-01-31", 1),
      moved("2026-03-31", -1),
      moved("2026-12-15", 1),
    ]).toEqual(["2026-02-28", "2024-02-29", "2026-02-28", "2027-01-15"]);
  });
  it("follow the keys of a calendar", () => {
    const from = dayOf("2026-03-12");
    const to = (key: string, shift = false): string => isoOf(dayAfterKey(from, key, shift) ?? 0);
    expect(
      ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"].map(
        (key) => to(key),
      ),
    ).toEqual([
      "2026-03-11",
      "2026-03-13",
      "2026-03-05",
      "2026-03-19",
      "2026-03-09",
      "2026-03-15",
      "2026-02-12",
      "2026-04-12",
    ]);
    expect(to("PageUp", true)).toBe("2025-03-12");
    expect(dayAfterKey(from, "a", false)).toBeNull();
  });
  it("are told as a range without repeating themselves", () => {
    const told = (first: string, last: string): string => rangeWords(dayOf(first), dayOf(last));
    expect(told("2026-03-05", "2026-03-05")).toBe("5 Mar 2026");
    expect(told("2026-03-05", "2026-03-20")).toBe("5–20 Mar 2026");
    expect(told("2026-02-28", "2026-03-03")).toBe("28 Feb – 3 Mar 2026");
    expect(told("2025-12-30", "2026-01-02")).toBe("30 Dec 2025 – 2 Jan 2026");
  });
});

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

describe("a long table", () => {
  it("holds the rows in sight and some around them", () => {
    expect(slice(400, 9999)).toEqual([0, 400]);
    expect(slice(5000, 0)).toEqual([0, 60]);
    expect(slice(5000, 26 * 1000)).toEqual([980, 1040]);
    expect(slice(5000, 26 * 5000)).toEqual([4940, 5000]);
  });
});
