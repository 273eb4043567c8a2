import { describe, expect, it } from "vitest";
import { shortener } from "../../../src/features/flow/card_name";

/** All letters are ten pixels wide. */
const room = (letters: number, lines = 1) => ({
  width: letters * 10,
  lines,
  measure: (text: string) => text.length * 10,
});
const steps = Array.from({ length: 60 }, (_, at) => `Step ${at} of many`);

describe("a name on a card", () => {
  it("stays as it is where it has room, also on its second line", () => {
    expect(shortener(steps, room(15))("Step 17 of many")).toBe("Step 17 of many");
    expect(shortener(steps, room(7, 2))("Step 17 of many")).toBe("Step 17 of many");
    // "Step 17" and "of many" are seven letters, and one line of six has room for neither.
    expect(shortener(steps, room(6, 2))("Step 17 of many")).toBe("Step 17…");
  });
  it("leaves out what most names end with, then what they begin with", () => {
    expect(shortener(steps, room(8))("Step 17 of many")).toBe("Step 17…");
    const quarters = ["Welcome", "Reminder", "Last chance", "Survey"].map(
      (one) => `2026 Q1 – ${one}`,
    );
    expect(shortener(quarters, room(12))("2026 Q1 – Reminder")).toBe("…Reminder");
    const keys = ["EM01", "EM02", "PUSH03"].map((one) => `winback_${one}_de`);
    expect(keys.map(shortener(keys, room(8)))).toEqual(["…EM01_de", "…EM02_de", "…PUSH03…"]);
  });
  it("keeps the first and the last letters where names have nothing in common", () => {
    const names = ["Pick up where you left off", "Your 15 % off", "Last chance"];
    const [short] = names.map(shortener(names, room(14)));
    expect(short).toBe("Pick up…ft off");
  });
  it("is cut elsewhere where it would look like another that way", () => {
    const names = ["Your 10 % off", "Your 15 % off", "Reminder"];
    expect(names.map(shortener(names, room(9)))).toEqual(["Your 10…", "Your 15…", "Reminder"]);
  });
  it("differs wherever sixty names do", () => {
    for (const letters of [4, 6, 8, 10, 12, 20])
      expect(new Set(steps.map(shortener(steps, room(letters)))).size).toBe(60);
  });
  it("has letters of any script in one piece", () => {
    const names = ["Willkommen zurück 👩‍🚀", "ようこそ、お帰りなさい", "أهلا بعودتك مرة أخرى"];
    for (const name of names.map(shortener(names, room(6))))
      expect(name).not.toMatch(/\p{Surrogate}/u);
  });
});
