// The model as a typed, immutable snapshot. Hosts differ in what they pass to a change callback, so callbacks take no
// arguments, and it is read afresh once per burst of changes: traits of one update arrive one by one.
import { afterFrame } from "./after_frame";
import { type Ask, type Line, openLine } from "./ask";
import { answersFor, type ChartKey } from "./chart";
import type { Decode } from "./frames";
import { type KernelState, watchKernel } from "./kernel";
import type { Model } from "./model";
import { isCountedAnew, type Selection } from "./selection";
import { type Link, reader, type Snapshot, type Standing } from "./snapshot";
import type { Status } from "./status";
import { shownTraits, type Traits } from "./traits";

export type { Link, ShownChart, Snapshot } from "./snapshot";

const usualWait = { debounce: 150, patience: 8000 };
const answers = ["_metrics", "_chart", "_series", "_flow", "_status", "_campaign"];

/** Whether a chart is the one that is selected; widgets without one have no metric there. */
const isDrawn = (key: ChartKey, selection: Selection): boolean =>
  key.metric === "" || answersFor(key, selection);

export class Store {
  snapshot: Snapshot;
  #model: Model;
  readonly #reader: (standing: Standing) => Snapshot;
  #listeners = new Set<() => void>();
  // Told before all others, and so drawn a frame earlier where there is much to draw.
  #first = new Set<() => void>();
  // Calls off what the others are told once a frame has been made.
  #later: (() => void) | null = null;
  #pending: Selection | null = null;
  #throttle: ReturnType<typeof setTimeout> | null = null;
  #patience: ReturnType<typeof setTimeout> | null = null;
  // The numbers that the selection asks for are late.
  #late = false;
  // Nothing can be sent any more.
  #broken = false;
  // What was selected here last may not have reached the kernel yet.
  #unheard = false;
  #writing = false;
  #queued = false;
  #selectedAt = 0;
  readonly #line: Line;
  readonly #kernel: () => KernelState;
  readonly #wait: { debounce: number; patience: number };

  constructor(model: Model, signal: AbortSignal, decode: Decode, wait = usualWait) {
    this.#model = model;
    this.#reader = reader(model, decode);
    this.#wait = wait;
    this.#kernel = watchKernel(model, signal, () => this.#kernelChanged());
    this.#line = openLine(model, signal, {
      patience: wait.patience,
      changed: () => this.#schedule(),
      isLost: () => this.#link() === "lost",
    });
    this.snapshot = this.#read();
    const callbacks = [...shownTraits, "_unsaved"].map((trait) => {
      const changed = (): void => this.#changed(trait);
      model.on(`change:${trait}`, changed);
      return [`change:${trait}`, changed] as const;
    });
    signal.addEventListener("abort", () => {
      for (const [event, changed] of callbacks) model.off(event, changed);
      this.#close();
    });
  }

  /**
   * Asks the kernel. Hosts hold traits back while it is busy, and send messages at once: a request brings the selection that
   * it was made under where the kernel may not have heard of it.
   */
  readonly ask: Ask = (kind, content = {}, patience) => {
    this.#write();
    const made = this.#unheard ? { selection: this.#model.get("_selection"), ...content } : content;
    return this.#line.ask(kind, made, patience);
  };

  /** Calls back after a change of the snapshot. Marks of what was clicked are `first`: a large part that opens is drawn a frame later. */
  subscribe(listener: () => void, first = false): () => void {
    const listeners = first ? this.#first : this.#listeners;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Calls back after a change of a trait that is not in the snapshot, until the signal aborts. */
  watch(name: keyof Traits, changed: () => void, signal: AbortSignal): void {
    this.#model.on(`change:${name}`, changed);
    signal.addEventListener("abort", () => this.#model.off(`change:${name}`, changed));
  }

  /** Whether the selection was last changed here, a moment ago. */
  clicked(): boolean {
    return Date.now() - this.#selectedAt < 1500;
  }

  /** Change the selection: shown at once, written to the kernel at most once per 150 ms. */
  select(patch: Partial<Selection>): void {
    const before = this.snapshot.selection;
    const next = { ...before, ...patch };
    if (JSON.stringify(next) === JSON.stringify(before)) return;
    this.#pending = next;
    this.#selectedAt = Date.now();
    const { chart } = this.snapshot;
    const anew = isCountedAnew(before, next);
    if ((anew || !isDrawn(chart.key, next)) && !this.#model.standalone) this.#await();
    // What draws nearly everything anew comes in the frame after the one that marks the click.
    if (anew || next.action !== before.action || next.variant !== before.variant) this.#tellLater();
    this.#refresh();
    if (!this.#throttle) this.#flush();
  }

  set(name: keyof Traits, value: unknown): void {
    this.#writing = true;
    this.#model.set(name, value);
    this.#writing = false;
    this.#save();
  }

  get(name: keyof Traits): unknown {
    return this.#model.get(name);
  }

  #flush(): void {
    this.#throttle = setTimeout(() => {
      this.#throttle = null;
      if (this.#pending) this.#flush();
    }, this.#wait.debounce);
    this.#write();
  }

  #write(): void {
    if (!this.#pending) return;
    const value = this.#pending;
    this.#pending = null;
    this.#unheard = true;
    this.set("_selection", value);
    this.#schedule();
  }

  #save(): void {
    try {
      this.#model.save_changes();
    } catch {
      this.#broken = true;
      this.#schedule();
    }
  }

  #await(): void {
    if (this.#patience) clearTimeout(this.#patience);
    this.#patience = setTimeout(() => {
      this.#patience = null;
      this.#late = true;
      this.#refresh();
    }, this.#wait.patience);
  }

  #changed(trait: string): void {
    if (trait === "_selection" && !this.#writing) this.#unheard = false;
    if (answers.includes(trait) || (trait === "_selection" && !this.#writing)) this.#answered();
    this.#schedule();
  }

  #answered(): void {
    this.#broken = false;
    const status = this.#model.get("_status") as Partial<Status> | undefined;
    const { selection } = this.#read();
    // What was asked before it was answered first: this one's answer is still to come.
    if (!status?.error && status?.of && isCountedAnew(status.of, selection)) return;
    const chart = this.#model.get("_chart") as { key?: ChartKey } | undefined;
    if (!status?.error && chart?.key && !isDrawn(chart.key, selection)) return;
    if (this.#patience) clearTimeout(this.#patience);
    this.#patience = null;
    this.#late = false;
  }

  #link(): Link {
    const state = this.#model.standalone ? "unknown" : this.#kernel();
    if (this.#broken || state === "lost") return "lost";
    if (!this.#late && !this.#line.isLate()) return "ok";
    return state === "busy" ? "busy" : "late";
  }

  #kernelChanged(): void {
    if (this.#link() === "lost") {
      this.#line.cut();
      if (this.#patience) clearTimeout(this.#patience);
      this.#patience = null;
    }
    if (this.#link() !== this.snapshot.link) this.#schedule();
  }

  #schedule(): void {
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      this.#refresh();
    });
  }

  #refresh(): void {
    const next = this.#read();
    if (next === this.snapshot) return;
    this.snapshot = next;
    for (const listener of this.#first) listener();
    if (!this.#later) this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Until the frame is made that `first` listeners draw, the others are told nothing; then they hear of all that has changed. */
  #tellLater(): void {
    this.#later ??= afterFrame(() => {
      this.#later = null;
      this.#tell();
    });
  }

  #read(): Snapshot {
    const link = this.#link();
    const waiting = link !== "lost" && (this.#patience !== null || this.#late);
    return this.#reader({ pending: this.#pending, waiting, link });
  }

  #close(): void {
    if (this.#throttle) clearTimeout(this.#throttle);
    if (this.#patience) clearTimeout(this.#patience);
    this.#later?.();
    this.#listeners.clear();
    this.#first.clear();
  }
}
