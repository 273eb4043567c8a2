// The model as a typed, immutable snapshot. Hosts differ in what they pass to a change callback, so callbacks take no
// arguments, and it is read afresh once per burst of changes: traits of one update arrive one by one.
import type { Note } from "./annotations";
import { decode, memo } from "./arrow";
import { type Ask, type Line, openLine } from "./ask";
import type { AudienceState } from "./audience";
import type { Parts } from "./breakdowns";
import type { Campaign } from "./campaign";
import { answersFor, type ChartState, type MissingChart, type SeriesRow } from "./chart";
import type { ExperimentState } from "./experiment";
import type { Flow } from "./flow";
import { Metrics, seriesRows } from "./frames";
import type { Glossary } from "./glossary";
import type { Highlight } from "./highlight";
import { type KernelState, watchKernel } from "./kernel";
import type { Model } from "./model";
import type { Options } from "./options";
import { isCountedAnew, type Selection } from "./selection";
import type { Bytes } from "./serialization";
import type { Status } from "./status";
import { defaults, shownTraits, type Traits } from "./traits";
import type { Trends } from "./trends";
import { nothingUnsaved, type Unsaved } from "./unsaved";
import type { KeptView } from "./views";

/** A chart, or why there is none: then the other fields are empty. */
export type ShownChart = ChartState & Partial<MissingChart>;

export interface Snapshot {
  campaign: Campaign;
  glossary: Glossary;
  metrics: Metrics;
  flow: Flow;
  trends: Trends;
  chart: ShownChart;
  series: SeriesRow[];
  status: Status;
  selection: Selection;
  options: Options;
  unsaved: Unsaved;
  parts: Parts;
  highlight: Highlight | null;
  audience: AudienceState;
  /** Null until the kernel was asked for it, and again when something else is selected. */
  experiment: ExperimentState | null;
  /** What is marked on the chart's days, in their order. */
  notes: Note[];
  /** What was selected, kept by name. */
  views: KeptView[];
  /** The kernel has been asked and has not answered yet. */
  waiting: boolean;
  /** The numbers are of another range, zone or rule than the one that is selected: theirs are on their way. */
  stale: boolean;
  /** How the kernel stands where that is worth a word: an answer takes long, or there will be none. */
  link: Link;
  standalone: boolean;
  /** Users can be asked for: there is a kernel, or there may be. */
  kernel: boolean;
  /** Nobody computes other numbers than these: what asks for others is closed. */
  fixed: boolean;
}

/** "busy": an answer is late because the kernel computes something else. "late": the host does not tell why. "lost": none will come. */
export type Link = "ok" | "busy" | "late" | "lost";

const answers = ["_metrics", "_chart", "_series", "_flow", "_status", "_campaign"];

export class Store {
  snapshot: Snapshot;
  #model: Model;
  #listeners = new Set<() => void>();
  #pending: Selection | null = null;
  #throttle: ReturnType<typeof setTimeout> | null = null;
  #patience: ReturnType<typeof setTimeout> | null = null;
  // The numbers that the selection asks for are late.
  #late = false;
  // The numbers are of another selection.
  #stale = false;
  // Nothing can be sent any more.
  #broken = false;
  // What was selected here last may not have reached the kernel yet.
  #unheard = false;
  #writing = false;
  #queued = false;
  #selectedAt = 0;
  #metrics = memo((bytes) => new Metrics(decode(bytes)));
  #series = memo(seriesRows);
  readonly #line: Line;
  readonly #kernel: () => KernelState;
  readonly #wait: { debounce: number; patience: number };

  constructor(model: Model, signal: AbortSignal, wait = { debounce: 150, patience: 8000 }) {
    this.#model = model;
    this.#wait = wait;
    this.#kernel = watchKernel(model, signal, () => this.#kernelChanged());
    this.#line = openLine(model, signal, {
      patience: wait.patience,
      changed: () => this.#schedule(),
      isLost: () => this.#link() === "lost",
    });
    this.snapshot = this.#read();
    for (const trait of [...shownTraits, "_unsaved"]) {
      const answer = answers.includes(trait);
      const changed = (): void => {
        if (answer) this.#answered();
        if (trait === "_selection" && !this.#writing) this.#unheard = false;
        this.#schedule();
      };
      model.on(`change:${trait}`, changed);
      signal.addEventListener("abort", () => model.off(`change:${trait}`, changed));
    }
    signal.addEventListener("abort", () => this.#close());
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

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
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
    const drawsCharts = this.snapshot.chart.key.metric !== "";
    const counted = isCountedAnew(before, next);
    const needed = counted || (drawsCharts && !answersFor(this.snapshot.chart.key, next));
    if (needed && !this.#model.standalone) this.#await();
    this.#stale ||= counted && !this.#model.standalone;
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

  #answered(): void {
    if (this.#patience) clearTimeout(this.#patience);
    this.#patience = null;
    this.#late = this.#broken = this.#stale = false;
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
    this.snapshot = this.#read();
    for (const listener of this.#listeners) listener();
  }

  #read(): Snapshot {
    const link = this.#link();
    const get = <T>(name: keyof Traits, fallback: T): T => ({
      ...fallback,
      ...((this.#model.get(name) as T | undefined) ?? {}),
    });
    return {
      campaign: get("_campaign", defaults.campaign),
      glossary: get<Glossary>("_glossary", {}),
      metrics: this.#metrics(this.#model.get("_metrics") as Bytes | undefined),
      flow: get("_flow", defaults.flow),
      trends: get<Trends>("_trends", {}),
      chart: this.#chart(),
      series: this.#series(this.#model.get("_series") as Bytes | undefined),
      status: get("_status", defaults.status),
      selection: this.#pending ?? get("_selection", defaults.selection),
      options: get("_options", defaults.options),
      unsaved: (this.#model.get("_unsaved") as Unsaved | undefined) ?? nothingUnsaved,
      parts: get<Parts>("_parts", {}),
      highlight: this.#highlight(),
      audience: get("_audience", defaults.audience),
      experiment: this.#experiment(),
      notes: (this.#model.get("_notes") as Note[] | undefined) ?? [],
      views: (this.#model.get("_views") as KeptView[] | undefined) ?? [],
      waiting: link !== "lost" && (this.#patience !== null || this.#late),
      stale: this.#stale,
      link,
      standalone: this.#model.standalone === true,
      fixed: this.#model.standalone === true || link === "lost",
      kernel: this.#model.kernel !== false && link !== "lost",
    };
  }

  #highlight(): Highlight | null {
    const given = this.#model.get("_highlight") as Partial<Highlight> | undefined;
    return given?.actions && given.size !== undefined
      ? { name: "", entered: 0, actions: {}, size: 0, ...given }
      : null;
  }

  #experiment(): ExperimentState | null {
    const given = this.#model.get("_experiment") as Partial<ExperimentState> | undefined;
    return given?.kind ? (given as ExperimentState) : null;
  }

  #chart(): ShownChart {
    const chart = {
      ...defaults.chart,
      ...((this.#model.get("_chart") as ShownChart | undefined) ?? {}),
    };
    return { ...chart, key: { ...defaults.chart.key, ...chart.key } };
  }

  #close(): void {
    if (this.#throttle) clearTimeout(this.#throttle);
    if (this.#patience) clearTimeout(this.#patience);
    this.#listeners.clear();
  }
}
