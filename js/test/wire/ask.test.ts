import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HostModel } from "../../src/saved/host";
import { openLine, RequestFailure } from "../../src/wire/ask";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setup() {
  const sent: Record<string, unknown>[] = [];
  const model = new HostModel({}, { onSend: (content) => void sent.push(content) });
  const life = new AbortController();
  const changed = vi.fn();
  const line = openLine(model, life.signal, { patience: 8000, changed });
  return { model, sent, life, changed, line, ask: line.ask };
}

describe("a line to the kernel", () => {
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
  it("waits as long as it takes, and says when that is long", async () => {
    const { model, sent, line, changed, ask } = setup();
    const asked = ask("days");
    await vi.advanceTimersByTimeAsync(7999);
    expect([line.isLate(), changed.mock.calls.length]).toEqual([false, 0]);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect([line.isLate(), changed.mock.calls.length]).toEqual([true, 1]);
    model.reply({ id: sent[0]!.id, ok: true, days: { first: "2026-03-01", counts: [] } });
    await expect(asked).resolves.toMatchObject({ first: "2026-03-01" });
    expect([line.isLate(), changed.mock.calls.length]).toEqual([false, 2]);
  });
  it("waits longer where that is usual", async () => {
    const { line, ask } = setup();
    void ask("profile", {}, 60_000).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(line.isLate()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(line.isLate()).toBe(true);
  });
  it("ends what waits when the kernel is lost, and asks a lost one nothing", async () => {
    const { sent, line, ask } = setup();
    const ended = { message: "The kernel was restarted or has ended." };
    const asked = expect(ask("days")).rejects.toMatchObject(ended);
    line.cut();
    await asked;
    expect(vi.getTimerCount()).toBe(0);
    const model = new HostModel({}, { onSend: (content) => void sent.push(content) });
    const gone = openLine(model, new AbortController().signal, {
      patience: 8000,
      isLost: () => true,
    });
    await expect(gone.ask("days")).rejects.toMatchObject(ended);
    expect(sent).toHaveLength(1);
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
  it("counts a closed connection as a lost kernel", async () => {
    const model = new HostModel(
      {},
      {
        onSend: () => {
          throw new Error("closed");
        },
      },
    );
    const line = openLine(model, new AbortController().signal, { patience: 8000 });
    await expect(line.ask("days")).rejects.toMatchObject({
      message: "The kernel was restarted or has ended.",
    });
  });
});
