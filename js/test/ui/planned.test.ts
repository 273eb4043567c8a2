import { afterEach, describe, expect, it, vi } from "vitest";
import { notSentYet } from "../../src/ui/planned";

const day = 86_400_000;
const given = (newest: number) =>
  ({
    campaign: {
      started_at: Date.UTC(2026, 2, 2),
      actions: [
        { id: "mail", parent: null, delay_ms: 0 },
        { id: "survey", parent: "mail", delay_ms: 64 * day },
      ],
    },
    status: { newest_ms: newest, read_ms: null, zone: "UTC" },
  }) as unknown as Parameters<typeof notSentYet>[0];

describe("an action that nobody has had", () => {
  afterEach(() => void vi.useRealTimers());
  const at = (now: string, newest: number): string => {
    vi.useFakeTimers({ now: new Date(now) });
    return notSentYet(given(newest), "survey");
  };

  it("is not due yet, with its first day", () => {
    expect(at("2026-04-12", Date.UTC(2026, 3, 12))).toBe("not due yet · first 5 May");
  });
  it("was due after the data ends, where that day has come", () => {
    expect(at("2026-11-27", Date.UTC(2026, 3, 12))).toBe("due 5 May · after this data");
  });
  it("could have been sent, and was not", () => {
    expect(at("2026-11-27", Date.UTC(2026, 5, 1))).toBe("not sent yet");
  });
});
