import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HostModel } from "../../src/saved/host";
import { decode } from "../../src/wire/arrow";
import { watchKernel } from "../../src/wire/kernel";
import { Store } from "../../src/wire/store";
import { state } from "../support/fixture";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A signal as Lumino's. */
class Bell {
  readonly slots = new Set<() => void>();
  connect(slot: () => void): void {
    this.slots.add(slot);
  }
  disconnect(slot: () => void): void {
    this.slots.delete(slot);
  }
  ring(): void {
    for (const slot of [...this.slots]) slot();
  }
}

class Kernel {
  status = "idle";
  connectionStatus = "connected";
  isDisposed = false;
  statusChanged = new Bell();
  connectionStatusChanged = new Bell();
  disposed = new Bell();
  set(changes: Partial<Kernel>): void {
    Object.assign(this, changes);
    this.statusChanged.ring();
  }
}

/** A model of JupyterLab: its manager, the kernel, and the line that a restart cuts. */
function lab(live = true) {
  const kernel = new Kernel();
  const line = { comm_live: live };
  const kernelChanged = new Bell();
  const manager = {
    kernel: kernel as Kernel | null,
    context: { sessionContext: { kernelChanged } },
    get_model: (id: string) =>
      id === "me" ? Promise.resolve(line) : Promise.reject(new Error("not found")),
  };
  const sent: Record<string, unknown>[] = [];
  const model = Object.assign(
    new HostModel(
      { ...state(), _own_id: "me" },
      { standalone: false, onSave: () => undefined, onSend: (one) => void sent.push(one) },
    ),
    { widget_manager: manager },
  );
  const life = new AbortController();
  return { kernel, line, kernelChanged, manager, model, sent, life };
}

const flush = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await Promise.resolve();
};

describe("watchKernel", () => {
  const cases: [Partial<Kernel>, string][] = [
    [{ status: "idle" }, "free"],
    [{ status: "busy" }, "busy"],
    [{ status: "starting" }, "busy"],
    [{ status: "unknown" }, "unknown"],
    [{ status: "restarting" }, "lost"],
    [{ status: "autorestarting" }, "lost"],
    [{ status: "dead" }, "lost"],
    [{ status: "busy", connectionStatus: "disconnected" }, "lost"],
    [{ isDisposed: true }, "lost"],
  ];
  it.each(cases)("%j is %s", async (changes, expected) => {
    const { kernel, model, life } = lab();
    const changed = vi.fn();
    const told = watchKernel(model, life.signal, changed);
    await flush();
    changed.mockClear();
    kernel.set(changes);
    expect(told()).toBe(expected);
    expect(changed).toHaveBeenCalledTimes(1);
  });
  it("knows nothing where the host tells nothing", () => {
    const model = new HostModel({}, { standalone: false });
    expect(watchKernel(model, new AbortController().signal, () => undefined)()).toBe("unknown");
  });
  it("finds no kernel, and then one", () => {
    const { manager, kernelChanged, kernel, model, life } = lab();
    manager.kernel = null;
    const told = watchKernel(model, life.signal, () => undefined);
    expect(told()).toBe("lost");
    manager.kernel = kernel;
    kernelChanged.ring();
    expect(told()).toBe("free");
    expect(kernel.statusChanged.slots.size).toBe(1);
  });
  it("is lost to a kernel that was started since", async () => {
    const { line, kernel, model, life } = lab();
    const told = watchKernel(model, life.signal, () => undefined);
    await flush();
    kernel.set({ status: "restarting" });
    line.comm_live = false;
    kernel.set({ status: "idle" });
    expect(told()).toBe("lost");
  });
  it("is lost where a notebook was opened again and only its state is there", async () => {
    const { model, life } = lab(false);
    const told = watchKernel(model, life.signal, () => undefined);
    await flush();
    expect(told()).toBe("lost");
  });
  it("lets go of the kernel with its signal", () => {
    const { kernel, kernelChanged, model, life } = lab();
    watchKernel(model, life.signal, () => undefined);
    life.abort();
    const bells = [
      kernel.statusChanged,
      kernel.connectionStatusChanged,
      kernel.disposed,
      kernelChanged,
    ];
    expect(bells.map(({ slots }) => slots.size)).toEqual([0, 0, 0, 0]);
    expect(model.listeners()).toBe(0);
  });
});

describe("a store on JupyterLab", () => {
  it("says that the kernel is busy, and waits", async () => {
    const { kernel, sent, model, life } = lab();
    const store = new Store(model, life.signal, decode);
    kernel.set({ status: "busy" });
    await flush();
    expect(store.snapshot.link).toBe("ok");
    store.select({ range: "7d" });
    const asked = store.ask("days");
    await vi.advanceTimersByTimeAsync(600_000);
    expect(store.snapshot).toMatchObject({ link: "busy", kernel: true, waiting: true });
    model.reply({ id: sent[0]!.id, ok: true, days: { first: "2026-03-01", counts: [] } });
    await expect(asked).resolves.toMatchObject({ first: "2026-03-01" });
    model.update({ _status: { ...store.snapshot.status } });
    kernel.set({ status: "idle" });
    await flush();
    expect(store.snapshot).toMatchObject({ link: "ok", waiting: false });
  });
  it("says at once that the kernel is lost, ends what waits, and lets nothing be asked", async () => {
    const { kernel, sent, model, life } = lab();
    const store = new Store(model, life.signal, decode);
    const asked = expect(store.ask("days")).rejects.toMatchObject({
      message: "The kernel was restarted or has ended.",
    });
    store.select({ range: "7d" });
    kernel.set({ status: "dead" });
    await asked;
    await flush();
    expect(store.snapshot).toMatchObject({ link: "lost", kernel: false, waiting: false });
    await expect(store.ask("days")).rejects.toMatchObject({ name: "RequestFailure" });
    expect(sent).toHaveLength(1);
  });
});
