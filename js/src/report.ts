// The start of a saved page. It unpacks what report/page.py packed, draws the dashboard on a host without a kernel, and answers
// its selections from what was computed beforehand. Nothing leaves the page.
import { Days } from "./lib/days";
import { decode } from "./lib/frame";
import { HostModel, type State } from "./lib/host";
import {
  Pool,
  drawn,
  keyOf,
  nameOf,
  unpack,
  type Look,
  type Saved,
  type Unpacked,
} from "./lib/saved";
import type { ChartKey, ChartState, Selection } from "./lib/wire";

interface Widget {
  render(context: { model: HostModel; el: HTMLElement; signal: AbortSignal }): unknown;
}

/** What a selection shows. */
interface Shown {
  numbers(): State;
  line(selection: Selection): State | undefined;
}

const same = (one: object, other: object): boolean =>
  Object.entries(one).every(([name, value]) => (other as Record<string, unknown>)[name] === value);

/** Which page of numbers a selection asks for, and which line. */
class Server {
  readonly #page: Saved;
  readonly #cut: Unpacked["cut"];
  readonly #pool: Pool;
  readonly #days = new Map<Look, Days>();

  constructor({ page, cut }: Unpacked) {
    this.#page = page;
    this.#cut = cut;
    this.#pool = new Pool(page.pool);
  }

  find(selection: Selection): Shown | undefined {
    const look = this.#page.looks.find((one) => same(one.selection, selection));
    if (look)
      return {
        numbers: () => ({ ...look.state, _metrics: this.#view(look.metrics) }),
        line: (asked) => this.#line(look, asked),
      };
    return selection.range === "custom" ? this.#own(selection) : undefined;
  }

  /** Days of one's own, of the zone and definitions that the selection names. */
  #own(selection: Selection): Shown | undefined {
    const { start, end } = selection;
    const whole = this.#whole(selection);
    if (!whole || !start || !end) return undefined;
    const days = this.#daysOf(whole);
    const span = days.span(start, end);
    return span
      ? {
          numbers: () => days.state(span, decode(this.#view(whole.metrics))),
          line: (asked) => days.line(asked, span),
        }
      : undefined;
  }

  #whole(selection: Partial<Selection>): Look | undefined {
    const wanted = { ...selection, range: "whole", start: null, end: null };
    return this.#page.looks.find((one) => Days.of(one) && same(one.selection, wanted));
  }

  #daysOf(look: Look): Days {
    if (!this.#days.has(look)) this.#days.set(look, new Days(look, this.#page, this.#pool));
    return this.#days.get(look)!;
  }

  #line(look: Look, selection: Selection): State | undefined {
    const key = keyOf(selection);
    if (key.compare && look.selection.range !== "whole") return this.#compared(look, selection);
    return this.#kept(look, key) ?? this.#filled(look, selection);
  }

  /** A named range beside the one before: both from the campaign's single days. */
  #compared(look: Look, selection: Selection): State | undefined {
    const whole = this.#whole(look.selection);
    const axis = look.blocks.find((one) => one.every === "1d")?.models[0]?.axis;
    if (!whole || axis === undefined) return undefined;
    const days = this.#daysOf(whole);
    const span = days.covering(this.#page.axes[axis]!.time_ms);
    return span ? days.line(selection, span) : undefined;
  }

  #kept(look: Look, key: ChartKey): State | undefined {
    const found = look.whole.find(({ chart }) => same(key, chart.key));
    return found && { _chart: found.chart, _series: this.#view(found.series) };
  }

  #filled(look: Look, selection: Selection): State | undefined {
    const name = nameOf(selection);
    const named = this.#page.names[name];
    const block = look.blocks.find(
      (one) => one.every === selection.every && one.cumulative === selection.cumulative,
    );
    const reference = block?.lines[name];
    if (selection.by !== null || !named || !block) return undefined;
    if (reference === undefined)
      return block.missing
        ? { _chart: this.#missing(selection, named[0] + block.words, block.missing), _series: null }
        : undefined;
    const model = block.models[named[1]]!;
    const axis = this.#page.axes[model.axis]!;
    const rows = this.#pool.values(reference).map((value, at) => ({
      time_ms: axis.time_ms[at]!,
      start: axis.start[at]!,
      value,
      previous: null,
      by: null,
      open: at >= model.open,
    }));
    const caption =
      model.chart.caption +
      (selection.compare ? " · choose a range to compare it with the period before" : "");
    return drawn(model, keyOf(selection), { title: named[0] + block.words, caption }, rows);
  }

  #missing(selection: Selection, title: string, missing: string): ChartState {
    return { key: keyOf(selection), title, missing, caption: "", zone_label: "", spec: {} };
  }

  #view(place: Look["metrics"]): DataView {
    return new DataView(this.#cut(place).buffer);
  }
}

async function load(source: string): Promise<Widget> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return ((await import(/* @vite-ignore */ url)) as { default: Widget }).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function why(asked: Selection, known: boolean): string {
  if (!known && asked.range === "custom")
    return "No day of the campaign lies in this range, or this zone and these definitions have no days here.";
  if (!known)
    return "It needs the notebook’s kernel; what the other choices show was computed beforehand.";
  if (asked.by !== null)
    return "Lines are broken down here for users, engaged and conversions of the whole campaign, per day.";
  if (asked.compare) return "The period before is kept per day.";
  return "Not every line was kept; per day, and not cumulative, it may have been.";
}

async function start(block: Element, stage: HTMLElement): Promise<void> {
  const packed = await unpack(block.textContent ?? "");
  const { page } = packed;
  const server = new Server(packed);
  const dashboard = await load(packed.text(page.modules.dashboard!));
  let shown = page.selection;
  let look = server.find(shown)!;
  let numbers = look.numbers();

  const answer = (asked: Selection, model: HostModel): void => {
    const next = server.find(asked);
    // A range of a few days has no months: its days are shown.
    const choices = [asked, { ...asked, every: "1d" }];
    const taken = next && choices.find((choice) => next.line(choice));
    // Where small counts are hidden, cards open though their lines are not kept.
    if (next && !taken && page.locked) return model.update({ _selection: (shown = asked) });
    if (!next || !taken) {
      const error = {
        message: "This choice is not in the saved page.",
        hint: why(asked, next !== undefined),
      };
      return model.update({
        _selection: shown,
        _status: { ...(numbers._status as object), error },
      });
    }
    const moved = Object.keys(page.looks[0]!.selection).some(
      (name) => taken[name as keyof Selection] !== shown[name as keyof Selection],
    );
    if (moved) numbers = next.numbers();
    [look, shown] = [next, taken];
    model.update({
      ...(moved ? numbers : { _status: numbers._status }),
      ...look.line(taken),
      _selection: taken,
    });
  };

  const state = {
    ...numbers,
    ...look.line(shown),
    _selection: shown,
    _chart_esm: packed.text(page.modules.chart!),
  };
  const onSave = (changed: State, model: HostModel): void => {
    if (changed._selection) answer(changed._selection as Selection, model);
  };
  const model = new HostModel(state, { standalone: page.locked, kernel: false, onSave });
  dashboard.render({ model, el: stage, signal: new AbortController().signal });
  Object.assign(globalThis, { rwModel: model });
  document.documentElement.setAttribute("data-rw-ready", "");
}

const stage = document.getElementById("rw-stage")!;
start(document.querySelector("script[data-rw-report]")!, stage).catch((error: unknown) => {
  // An old browser still shows the numbers: the tables that stand there for pages without scripts.
  console.error(error);
  stage.innerHTML = document.querySelector("noscript")!.textContent ?? "";
  document.documentElement.setAttribute("data-rw-failed", "");
});
