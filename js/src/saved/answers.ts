// Answers the selections of a saved page from what was computed beforehand.
import {
  automatic,
  captionNoOther,
  captionNoPrevious,
} from "../../../src/results_widgets/_shared/chart.json";
import { decode } from "../wire/arrow";
import type { ChartKey } from "../wire/chart";
import type { Selection } from "../wire/selection";
import { chartKey, filledChart } from "./charts";
import { CustomRange } from "./custom_range";
import { type Choice, chosenInterval } from "./interval_choice";
import { captionOf, lineOf, seriesRows } from "./lines";
import type { Page, SavedView, State, Unpacked } from "./page";
import { axisOf, entryOf, Pool, selectedLine } from "./series";

/** What a selection shows. */
export interface Answer {
  numbers(): State;
  /** Undefined where this line was not saved. */
  line(selection: Selection): State | undefined;
}

const matches = (some: object, all: object): boolean =>
  Object.entries(some).every(([name, value]) => (all as Record<string, unknown>)[name] === value);

/** Finds which saved view a selection asks for, and which of its lines. */
export class SavedAnswers {
  readonly #page: Page;
  readonly #cut: Unpacked["cut"];
  readonly #pool: Pool;
  readonly #ranges = new Map<SavedView, CustomRange | null>();

  constructor({ page, cut }: Unpacked) {
    this.#page = page;
    this.#cut = cut;
    this.#pool = new Pool(page.pool);
  }

  find(selection: Selection): Answer | undefined {
    const view = this.#page.looks.find((one) => matches(one.selection, selection));
    if (view)
      return {
        numbers: () => ({ ...view.state, _metrics: this.#bytes(view.metrics) }),
        line: (asked) => this.#line(view, asked),
      };
    return selection.range === "custom" ? this.#custom(selection) : undefined;
  }

  /** A custom range, in the zone and by the definitions that the selection names. */
  #custom(selection: Selection): Answer | undefined {
    const { start, end } = selection;
    const whole = this.#whole(selection);
    const range = whole && this.#rangeOf(whole);
    const span = range && start && end ? range.span(start, end) : null;
    if (!whole || !range || !span) return undefined;
    return {
      numbers: () => range.state(span, decode(this.#bytes(whole.metrics))),
      line: (asked) => range.line(asked, span),
    };
  }

  /** The view of the whole campaign that is otherwise the same, if it has single days. */
  #whole(selection: Partial<Selection>): SavedView | undefined {
    const wanted = { ...selection, range: "whole", start: null, end: null };
    return this.#page.looks.find(
      (one) => this.#rangeOf(one) !== null && matches(one.selection, wanted),
    );
  }

  #rangeOf(view: SavedView): CustomRange | null {
    const known = this.#ranges.get(view);
    if (known !== undefined) return known;
    const made = CustomRange.of(view, this.#page, this.#pool);
    this.#ranges.set(view, made);
    return made;
  }

  #line(view: SavedView, asked: Selection): State | undefined {
    const key = chartKey(asked);
    if (key.compare === "campaign") return this.#kept(view, key);
    if (key.compare && view.selection.range !== "whole") return this.#compared(view, asked);
    const { every, words } = this.#interval(view, asked);
    return this.#kept(view, key) ?? this.#filled(view, { ...asked, every }, key, words);
  }

  /** A named range beside the period before: both from the campaign's single days. */
  #compared(view: SavedView, selection: Selection): State | undefined {
    const whole = this.#whole(view.selection);
    const daily = view.blocks.find((one) => one.every === "1d");
    const axis = this.#page.axes[daily?.models[0]?.axis ?? -1];
    const range = whole && this.#rangeOf(whole);
    const span = axis && range?.covering(axis.time_ms);
    return range && span ? range.line(selection, span) : undefined;
  }

  #kept(view: SavedView, key: ChartKey): State | undefined {
    const { every, ...rest } = key;
    const named = every === automatic ? rest : key;
    const found = view.whole.find(({ chart }) => matches(named, chart.key));
    return found && { _chart: { ...found.chart, key }, _series: this.#bytes(found.series) };
  }

  /** A chart template filled with a line of the pool. */
  #filled(view: SavedView, selection: Selection, key: ChartKey, words: string): State | undefined {
    const name = selectedLine(selection);
    const [label, model] = this.#page.names[name] ?? [];
    const block = view.blocks.find(
      (one) => one.every === selection.every && one.cumulative === selection.cumulative,
    );
    if (selection.by !== null || model === undefined || !block) return undefined;
    const title = label + block.words;
    const reference = block.lines[name];
    if (reference === undefined)
      return block.missing
        ? { _chart: { key, title, missing: block.missing }, _series: null }
        : undefined;
    const template = block.models[model];
    const axis = this.#page.axes[template?.axis ?? -1];
    if (!template || !axis) return undefined;
    const line = lineOf(this.#pool, reference);
    const rows = seriesRows(line, {
      axis,
      template,
      places: line.values.map((_, at) => at),
      proportion: entryOf(view, selection)?.proportion ?? false,
      forecasts: block.forecasts?.[name],
    });
    const { compare } = selection;
    const notes = compare ? [compare === true ? captionNoPrevious : captionNoOther] : [];
    const caption = [captionOf(template.chart.caption, words, rows), ...notes].join(" · ");
    return filledChart(template, key, { title, caption, ...axisOf(view, selection) }, rows);
  }

  /** The interval of a line: the one selected, or the one that suits it. */
  #interval(view: SavedView, selection: Selection): Choice {
    const entry = entryOf(view, selection);
    return chosenInterval(selection.every, entry?.base ?? "", (every) => {
      const block = view.blocks.find(
        (one) => one.every === every && one.cumulative === selection.cumulative,
      );
      const reference = block?.lines[selectedLine(selection)];
      return entry?.unit === "rate" && Array.isArray(reference)
        ? this.#pool.read(reference[1])
        : null;
    });
  }

  #bytes(place: SavedView["metrics"]): DataView {
    return new DataView(this.#cut(place).buffer);
  }
}
