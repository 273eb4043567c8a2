import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HostModel, type State } from "../../src/saved/host";
import { decode } from "../../src/wire/arrow";
import { answersFor } from "../../src/wire/chart";
import type { Selection } from "../../src/wire/selection";
import { Store } from "../../src/wire/store";
import { base64, metricBytes } from "../support/bytes";
import { state } from "../support/fixture";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setup() {
  const saved: State[] = [];
  const model = new HostModel(state(), {
    standalone: false,
    onSave: (changed) => void saved.push(changed),
  });
  const life = new AbortController();
  return { model, saved, life, store: new Store(model, life.signal, decode) };
}

const sent = (saved: State[]): Partial<Selection>[] =>
  saved.map((one) => one._selection as Selection);

describe("selection", () => {
  it("shows at once, writes at once, then at most once per 150 ms", async () => {
    const { saved, store } = setup();
    store.select({ metric: "users" });
    expect(store.snapshot.selection.metric).toBe("users");
    expect(sent(saved)).toMatchObject([{ metric: "users" }]);
    for (const metric of ["exits", "engaged", "conversions"]) store.select({ metric });
    expect(store.snapshot.selection.metric).toBe("conversions");
    expect(saved).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(151);
    expect(sent(saved)).toMatchObject([{ metric: "users" }, { metric: "conversions" }]);
  });
  it("writes a new object and nothing for no change", () => {
    const { model, saved, store } = setup();
    const before = model.get("_selection");
    store.select({ metric: "engaged" });
    expect(saved).toEqual([]);
    store.select({ metric: "users" });
    expect(model.get("_selection")).not.toBe(before);
    expect((before as Selection).metric).toBe("engaged");
  });
  it("takes what the kernel sets", async () => {
    const { model, store } = setup();
    model.update({ _selection: { ...store.snapshot.selection, metric: "exits" } });
    await Promise.resolve();
    expect(store.snapshot.selection.metric).toBe("exits");
  });
  it("waits for an answer and says when it is late", async () => {
    const { model, store } = setup();
    store.select({ range: "7d" });
    expect(store.snapshot).toMatchObject({ waiting: true, link: "ok" });
    await vi.advanceTimersByTimeAsync(8001);
    expect(store.snapshot).toMatchObject({ waiting: true, link: "late", kernel: true });
    model.update({ _status: { ...store.snapshot.status } });
    await Promise.resolve();
    expect(store.snapshot).toMatchObject({ waiting: false, link: "ok" });
  });
  it("says that numbers are of another selection, until those of this one are there", async () => {
    const { model, store } = setup();
    const answer = async (of: Partial<Selection>, more: object = {}): Promise<void> => {
      const { selection, status } = store.snapshot;
      model.update({ _status: { ...status, ...more, of: { ...selection, ...of } } });
      await Promise.resolve();
    };
    await answer({});
    store.select({ metric: "engaged" });
    expect(store.snapshot).toMatchObject({ stale: false });
    store.select({ time_zone: "Asia/Tokyo" });
    store.select({ range: "7d" });
    expect(store.snapshot).toMatchObject({ stale: true, waiting: true });
    await answer({ range: "whole" });
    expect(store.snapshot).toMatchObject({ stale: true, waiting: true });
    await answer({});
    expect(store.snapshot).toMatchObject({ stale: false, waiting: false, fixed: false });
    store.select({ range: "custom", start: "2026-03-20", end: "2026-03-05" });
    const error = { message: "The range ends before it starts.", hint: "" };
    await answer({ range: "7d" }, { state: "error", error });
    // The numbers are still those of before, and no others are on their way.
    expect(store.snapshot).toMatchObject({ stale: true, waiting: false });
  });
  it("has days of its own only in a range of its own", async () => {
    const { model, store } = setup();
    const { selection, status } = store.snapshot;
    const days = { start: "2026-03-01", end: "2026-03-05" };
    model.update({ _status: { ...status, of: { ...selection, range: "7d", ...days } } });
    store.select({ range: "7d" });
    expect(store.snapshot.stale).toBe(false);
    store.select({ range: "custom", ...days });
    expect(store.snapshot.stale).toBe(true);
  });
  it("waits for the line that was selected last", async () => {
    const { model, store } = setup();
    const answer = async (metric: string): Promise<void> => {
      const { chart, status } = store.snapshot;
      model.update({ _status: { ...status }, _chart: { ...chart, key: { ...chart.key, metric } } });
      await Promise.resolve();
    };
    store.select({ metric: "users" });
    store.select({ metric: "exits" });
    await answer("users");
    expect(store.snapshot.waiting).toBe(true);
    await answer("exits");
    expect(store.snapshot.waiting).toBe(false);
  });
  it("stops waiting where the kernel takes a choice back", async () => {
    const { model, store } = setup();
    store.select({ metric: "users" });
    expect(store.snapshot.waiting).toBe(true);
    model.update({ _selection: { ...store.snapshot.selection, metric: "engaged" } });
    await Promise.resolve();
    expect(store.snapshot.waiting).toBe(false);
  });
  it("waits for nothing where the browser knows the answer", () => {
    const { store } = setup();
    store.select({ variant: "A" });
    expect(store.snapshot.waiting).toBe(false);
  });
});

describe("requests", () => {
  const asking = () => {
    const sent: Record<string, unknown>[] = [];
    const saved: State[] = [];
    const model = new HostModel(state(), {
      standalone: false,
      onSave: (changed) => void saved.push(changed),
      onSend: (content) => void sent.push(content),
    });
    const life = new AbortController();
    return { model, saved, sent, life, store: new Store(model, life.signal, decode) };
  };

  it("bring the selection that they were made under, written first", () => {
    const { saved, sent, store } = asking();
    void store.ask("days");
    expect(sent[0]).not.toHaveProperty("selection");
    store.select({ range: "7d" });
    store.select({ range: "30d" });
    expect(saved).toHaveLength(1);
    void store.ask("days");
    expect(saved).toHaveLength(2);
    expect(sent[1]).toMatchObject({ kind: "days", selection: { range: "30d" } });
  });
  it("bring none that the kernel has answered with another", async () => {
    const { model, sent, store } = asking();
    store.select({ range: "7d" });
    model.update({ _selection: { ...store.snapshot.selection, range: "whole" } });
    await Promise.resolve();
    void store.ask("days");
    expect(sent[0]).not.toHaveProperty("selection");
  });
  it("are late with words, and answered all the same", async () => {
    const { model, sent, store } = asking();
    const asked = store.ask("days");
    await vi.advanceTimersByTimeAsync(8001);
    expect(store.snapshot.link).toBe("late");
    model.reply({ id: sent[0]!.id, ok: true, days: { first: "2026-03-01", counts: [] } });
    await asked;
    expect(store.snapshot.link).toBe("ok");
  });
});

describe("snapshot", () => {
  it("is made once for a burst of changes, from the state as it then is", async () => {
    const { model, store } = setup();
    const seen: unknown[] = [];
    store.subscribe(() =>
      seen.push([
        store.snapshot.chart.title,
        store.snapshot.metrics.get("campaign", "", "users").value,
      ]),
    );
    model.update({
      _metrics: base64(metricBytes([{ scope: "campaign", id: "", metric: "users", value: 5 }])),
      _chart: { ...store.snapshot.chart, title: "New" },
    });
    await Promise.resolve();
    expect(seen).toEqual([["New", 5]]);
  });
  it("keeps every part that has not changed", () => {
    const { store } = setup();
    const { selection: before, ...parts } = store.snapshot;
    store.select({ variant: "B" });
    const { selection, ...kept } = store.snapshot;
    expect(selection).not.toBe(before);
    for (const [name, part] of Object.entries(parts))
      expect(kept[name as keyof typeof kept], name).toBe(part);
  });
  it("is told once for a choice, and not for what changes nothing", async () => {
    const { model, store } = setup();
    const told = vi.fn();
    store.subscribe(told);
    store.select({ variant: "B" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toHaveBeenCalledTimes(1);
    model.update({ _selection: { ...store.snapshot.selection } });
    await Promise.resolve();
    expect(told).toHaveBeenCalledTimes(1);
  });
  it("is told to marks at once, and to the rest a frame later where much is drawn anew", async () => {
    const { model, store } = setup();
    const told: string[] = [];
    store.subscribe(() => told.push(`rest ${store.snapshot.selection.action}`));
    store.subscribe(() => told.push(`mark ${store.snapshot.selection.action}`), true);
    store.select({ cumulative: true });
    expect(told.splice(0)).toEqual(["mark null", "rest null"]);
    for (const much of [{ variant: "B" }, { range: "7d" }]) {
      store.select(much);
      expect(told.splice(0)).toEqual(["mark null"]);
      await vi.advanceTimersByTimeAsync(1000);
      expect(told.splice(0)).toEqual(["rest null"]);
    }
    store.select({ action: "a1" });
    store.select({ action: "a2" });
    model.update({ _status: { ...store.snapshot.status } });
    await Promise.resolve();
    expect(told.splice(0)).toEqual(["mark a1", "mark a2", "mark a2"]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual(["rest a2"]);
  });
  it("keeps the last numbers when bytes cannot be read", async () => {
    const { model, store } = setup();
    const complain = vi.spyOn(console, "error").mockImplementation(() => undefined);
    model.update({ _metrics: base64(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9])) });
    await Promise.resolve();
    expect(store.snapshot.metrics.get("campaign", "", "users").value).toBe(24118);
    expect(complain).toHaveBeenCalled();
    complain.mockRestore();
  });
  it("stands in for traits that are not there", () => {
    const store = new Store(new HostModel({}), new AbortController().signal, decode);
    expect(store.snapshot.campaign.actions).toEqual([]);
    expect(store.snapshot.status.state).toBe("computing");
  });
});

describe("life", () => {
  it("ends with its signal: no listener and no timer stays", () => {
    const { model, life, store } = setup();
    store.select({ range: "7d", action: "a1" });
    expect(model.listeners()).toBeGreaterThan(5);
    life.abort();
    expect(model.listeners()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
  it("leaves other views of the model alone", async () => {
    const { model, life } = setup();
    const other = new Store(model, new AbortController().signal, decode);
    life.abort();
    model.update({ _selection: { ...other.snapshot.selection, metric: "exits" } });
    await Promise.resolve();
    expect(other.snapshot.selection.metric).toBe("exits");
  });
});

describe("answersFor", () => {
  it("compares exactly what a chart depends on", () => {
    const { store } = setup();
    const { chart, selection } = store.snapshot;
    expect(answersFor(chart.key, selection)).toBe(true);
    expect(answersFor(chart.key, { ...selection, variant: "A" })).toBe(true);
    for (const patch of [
      { metric: "x" },
      { every: "1h" },
      { by: "v" },
      { cumulative: true },
      { compare: false },
      { action: "a1" },
      { channel: "email" },
    ]) {
      expect(answersFor(chart.key, { ...selection, ...patch })).toBe(false);
    }
  });
});
