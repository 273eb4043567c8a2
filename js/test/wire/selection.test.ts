import { expect, it } from "vitest";
import { isCountedAnew } from "../../src/wire/selection";
import { selection } from "../support/fixture";

it("every number is another one by what it is counted of, and by nothing else", () => {
  const before = { ...selection, range: "7d", start: null, end: null };
  const anew = (more: object, from = before) => isCountedAnew(from, { ...from, ...more });
  expect(anew({})).toBe(false);
  for (const more of [
    { range: "30d" },
    { time_zone: "Asia/Tokyo" },
    { definitions: "strict" },
    { developers: !before.developers },
    { machine_opens: !before.machine_opens },
    { clock: "entry" },
  ])
    expect(anew(more), JSON.stringify(more)).toBe(true);
  expect(anew({ metric: "engaged", action: "a", every: "1w", by: "platform" })).toBe(false);
  // Days that another range was of are kept, and count for nothing.
  expect(anew({ start: "2026-03-01", end: "2026-03-02" })).toBe(false);
  const custom = { ...before, range: "custom", start: "2026-03-01", end: "2026-03-02" } as never;
  expect(anew({}, custom)).toBe(false);
  expect(anew({ start: "2026-03-02" }, custom)).toBe(true);
  expect(anew({ end: "2026-03-03" }, custom)).toBe(true);
});
