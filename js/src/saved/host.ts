// A small host over plain state: the saved report and the browser tests run the very bundles on it that a notebook runs.
// There is no kernel: what only a kernel can do is refused in words.
import type { Model } from "../wire/model";
import type { Selection } from "../wire/selection";

type Callback = (...args: never[]) => void;
export type State = Record<string, unknown>;

export interface HostOptions {
  /** Called instead of the built-in refusal; a test plays the kernel here. */
  onSend?: (content: Record<string, unknown>, model: HostModel) => void;
  /** Called with what the widget changed, instead of taking back what would need a kernel. */
  onSave?: (changed: State, model: HostModel) => void;
  /** False lets the widget believe in a kernel (tests). */
  standalone?: boolean;
  /** Whether users can be asked for; without a word, where the widget believes in a kernel. */
  kernel?: boolean;
}

/** Bytes travel as {"base64": "…"} in JSON. */
export function revive(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const text = (value as { base64?: unknown }).base64;
  if (typeof text !== "string" || Object.keys(value).length !== 1) return value;
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return new DataView(bytes.buffer);
}

const reviveAll = (state: State): State =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, revive(value)]));

/** Selections a page without a kernel can always take: they choose what is shown, not what is computed. */
const free = new Set(["metric", "action", "channel", "variant"]);

const refusal = {
  message: "This is a saved page: no kernel answers here.",
  hint: "Cards, metrics and tables work. Open the notebook to choose other dates, zones or users.",
};

export class HostModel implements Model {
  readonly standalone: boolean;
  readonly kernel: boolean;
  #state: State;
  #changed: State = {};
  #callbacks = new Map<string, Set<Callback>>();
  #options: HostOptions;
  #computed: Selection | undefined;

  constructor(state: State, options: HostOptions = {}) {
    this.#state = reviveAll(state);
    this.#options = options;
    this.standalone = options.standalone ?? true;
    this.kernel = options.kernel ?? !this.standalone;
    this.#computed = this.#state._selection as Selection | undefined;
  }

  get(name: string): unknown {
    return this.#state[name];
  }

  set(name: string, value: unknown): void {
    if (this.#state[name] === value) return;
    this.#state[name] = value;
    this.#changed[name] = value;
    this.#emit(`change:${name}`);
  }

  /** Set several at once, as one update of a kernel does: all values first, then all events. */
  update(state: State): void {
    const next = reviveAll(state);
    Object.assign(this.#state, next);
    for (const name of Object.keys(next)) this.#emit(`change:${name}`);
    this.#emit("change");
  }

  on(event: string, callback: Callback): void {
    for (const name of event.split(/\s+/)) {
      const callbacks = this.#callbacks.get(name) ?? new Set();
      this.#callbacks.set(name, callbacks.add(callback));
    }
  }

  off(event?: string | null, callback?: Callback | null): void {
    for (const [name, callbacks] of this.#callbacks) {
      if (event && !event.split(/\s+/).includes(name)) continue;
      if (callback) callbacks.delete(callback);
      else callbacks.clear();
    }
  }

  save_changes(): void {
    const changed = this.#changed;
    this.#changed = {};
    if (Object.keys(changed).length === 0) return;
    this.#emit("change");
    if (this.#options.onSave) this.#options.onSave(changed, this);
    else if (changed._selection) this.#keepComputed(changed._selection as Selection);
  }

  send(content: unknown): void {
    const message = content as Record<string, unknown>;
    if (this.#options.onSend) this.#options.onSend(message, this);
    else queueMicrotask(() => this.reply({ id: message.id, ok: false, error: refusal }));
  }

  reply(message: unknown): void {
    for (const callback of [...(this.#callbacks.get("msg:custom") ?? [])])
      (callback as (message: unknown) => void)(message);
  }

  listeners(): number {
    return [...this.#callbacks.values()].reduce((sum, callbacks) => sum + callbacks.size, 0);
  }

  /** Numbers of other dates must not stand under this choice: it is taken back. */
  #keepComputed(selection: Selection): void {
    const before = this.#computed;
    const names = Object.keys(selection) as (keyof Selection)[];
    if (before && names.some((name) => !free.has(name) && before[name] !== selection[name]))
      this.update({ _selection: before });
    else this.#computed = selection;
  }

  #emit(event: string): void {
    for (const callback of [...(this.#callbacks.get(event) ?? [])]) (callback as () => void)();
  }
}
