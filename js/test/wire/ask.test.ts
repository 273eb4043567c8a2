import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HostModel } from "../../src/saved/host";
import { createAsk, RequestFailure } from "../../src/wire/ask";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setup() {
  const sent: Record<string, unknown>[] = [];
  const model = new HostModel({}, { onSend: (content) => void sent.push(content) });
  const life = new AbortController();
  return { model, sent, life, ask: createAsk(model, life.signal, 8000) };
}

describe("createAsk", () => {
  it("gives each question its own id and each answer to its question", async () => {
    const { model, sent, ask } = setup();
    const [first, second] = [ask("segment", { of: "campaign" }), ask("segment", { of: "action" })];
    expect(sent[0]).toMatchObject({ kind: "segment", of: "campaign" });
    expect(sent[0]!.id).not.toBe(sent[1]!.id);
    model.reply({ id: sent[1]!.id, ok: true, segment: { size: 2 } });
    model.reply({ id: sent[0]!.id, ok: true, segment: { size: 1 } });
    expect(await first).toEqual({ size: 1 });
    expect(await second).toEqual({ size: 2 });
  });
  it("turns an error reply into a failure with its hint", async () => {
    const { model, sent, ask } = setup();
    const asked = ask("segment");
    model.reply({
      id: sent[0]!.id,
      ok: false,
      error: { message: "No such action.", hint: "Known: a1" },
    });
    await expect(asked).rejects.toMatchObject({ message: "No such action.", hint: "Known: a1" });
  });
  it("leaves unknown ids and nonsense alone", async () => {
    const { model, sent, ask } = setup();
    const asked = ask("days");
    for (const message of [null, "x", {}, { id: 7, ok: true }, { id: "somebody-else", ok: true }])
      model.reply(message);
    model.reply({ id: sent[0]!.id, ok: true, days: { first: "2026-03-01", counts: [] } });
    await expect(asked).resolves.toEqual({ first: "2026-03-01", counts: [] });
    model.reply({ id: sent[0]!.id, ok: false });
  });
  it("ends after eight silent seconds", async () => {
    const { ask } = setup();
    const asked = expect(ask("days")).rejects.toMatchObject({
      message: "The kernel does not respond.",
    });
    await vi.advanceTimersByTimeAsync(8001);
    await asked;
  });
  it("ends every question with the view, and listens no more", async () => {
    const { model, life, ask } = setup();
    const asked = expect(ask("days")).rejects.toBeInstanceOf(RequestFailure);
    life.abort();
    await asked;
    expect(model.listeners()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    await expect(ask("days")).rejects.toBeInstanceOf(RequestFailure);
  });
  it("counts a closed connection as silence", async () => {
    const model = new HostModel(
      {},
      {
        onSend: () => {
          throw new Error("closed");
        },
      },
    );
    await expect(createAsk(model, new AbortController().signal)("days")).rejects.toMatchObject({
      message: "The kernel does not respond.",
    });
  });
});
