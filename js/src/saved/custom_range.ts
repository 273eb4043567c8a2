// Custom date ranges, and the period before, put together from the single days of the whole campaign. Counts and sums add up
// over days. A user who is seen on two days is one distinct user: they count in a range if their previous occurrence precedes
// it, and how many these are the page knows day by day (distinct_by_day in Python). Where the page lacks even that, the
// number is unknown.
import {
  ages,
  captionCompared,
  captionNothing,
  captionTooEarly,
  comparedNames,
} from "../../../src/results_widgets/_shared/chart.json";
import { zoomSpec } from "../features/explore/zoom";
import { addMonths, dayOf, dayWords, shortWords } from "../ui/dates";
import { isoDay } from "../ui/time";
import type { Row } from "../wire/arrow";
import type { Glossary } from "../wire/glossary";
import type { Selection } from "../wire/selection";
import { chartKey, filledChart } from "./charts";
import { before, DailyNumbers, type Span } from "./daily_numbers";
import { chosenInterval } from "./interval_choice";
import { captionOf, captionOfDays, type Line, seriesRows } from "./lines";
import type { Axis, Page, SavedView, SeriesBlock, SeriesRef, State, Values } from "./page";
import { axisOf, entryOf, ownerOf, type Pool, selectedLine } from "./series";

/** An interval of an axis: its row, and its first and last day counted from the first of the span. */
type Bucket = [row: number, first: number, last: number];

/** Days that others are compared with, and how many of them are known. */
interface Other {
  span: Span;
  known: number;
}

const withPrevious = 4;
/** Templates from here on are of metrics that mature; template_index in Python. */
const maturing = 2;
const notes = {
  all: "Numbers of a custom range are added up from single days. For its median, variants and trends, use the notebook.",
  some: "Custom ranges show only metrics that can be added up; distinct users and variants show a dash. Choose a named range, or use the notebook.",
};

/** The glossary as a range has it: rates that follow the entries that started in it say so. */
const ofRange = (glossary: Glossary): Glossary =>
  Object.fromEntries(
    Object.entries(glossary).map(([key, { in_range, ...entry }]) => [
      key,
      { ...entry, ...in_range },
    ]),
  );

const isDaily = (block: SeriesBlock): boolean => block.every === "1d" && !block.cumulative;

export class CustomRange {
  readonly #times: number[];
  readonly #days: string[];
  readonly #view: SavedView;
  readonly #page: Page;
  readonly #daily: SeriesBlock;
  readonly #numbers: DailyNumbers;

  private constructor(view: SavedView, page: Page, pool: Pool, daily: SeriesBlock, axis: Axis) {
    this.#view = view;
    this.#page = page;
    this.#daily = daily;
    this.#numbers = new DailyNumbers(view, pool, daily);
    this.#times = axis.time_ms;
    this.#days = axis.time_ms.map((time) => isoDay(time, view.state._status.zone));
  }

  /** Ranges of a view of the whole campaign; null where the view has no single days. */
  static of(view: SavedView, page: Page, pool: Pool): CustomRange | null {
    const daily = view.blocks.find(isDaily);
    const axis = page.axes[daily?.models[0]?.axis ?? -1];
    return view.selection.range === "whole" && daily && axis
      ? new CustomRange(view, page, pool, daily, axis)
      : null;
  }

  /** The days from one date to another that the campaign has; null where it has none. */
  span(start: string, end: string): Span | null {
    const first = this.#days.findIndex((day) => day >= start);
    const last = this.#days.filter((day) => day <= end).length - 1;
    return first >= 0 && first <= last ? [first, last] : null;
  }

  /** The days that begin at these times; null where the campaign has others. */
  covering(times: number[]): Span | null {
    const first = this.#times.indexOf(times[0] ?? Number.NaN);
    const last = this.#times.indexOf(times.at(-1) ?? Number.NaN);
    return first >= 0 && last - first === times.length - 1 ? [first, last] : null;
  }

  /** Every number of these days that can be known. */
  state(span: Span, metrics: Row[]): State {
    const rows = metrics.map((row) => {
      const id =
        row.scope === "action" ? row.action_id : row.scope === "channel" ? row.channel : "";
      return {
        ...row,
        ...this.#numbers.metric(String(row.scope), String(id), String(row.metric), span),
      };
    });
    const { _status: status, ...state } = this.#view.state;
    const users = this.#numbers.plain("campaign", "", "unique_users", span);
    return {
      ...state,
      _glossary: ofRange(state._glossary),
      _metrics: rows,
      _flow: this.#numbers.flow(state._flow, span),
      _next_steps: {},
      _trends: {},
      _parts: {},
      // It is of the whole campaign, not of these days.
      _experiment: {},
      _status: {
        ...status,
        error: null,
        users_without_developers: null,
        previous_age: "unequal",
        users_with_developers: this.#view.selection.developers === false ? null : users,
        note: users === null ? notes.some : notes.all,
      },
    };
  }

  /** The line of a metric, with the period before where that is compared; undefined where it cannot be known. */
  line(asked: Selection, span: Span): State | undefined {
    if (asked.compare === "campaign") return undefined;
    const entry = entryOf(this.#view, asked);
    // Beside the period before there are days only.
    const isKnown = (every: string): boolean =>
      entry?.unit === "rate" && (!asked.compare || every === "1d");
    const { every, words } = chosenInterval(asked.every, entry?.base ?? "", (one) =>
      isKnown(one) ? this.#bases({ ...asked, every: one }, span) : null,
    );
    const selection = { ...asked, every };
    const { cumulative, compare } = selection;
    const { blocks } = this.#view;
    const block = blocks.find((one) => one.every === every && !one.cumulative);
    const titled = blocks.find((one) => one.every === every && one.cumulative === cumulative);
    const reference = this.#daily.lines[selectedLine(selection)];
    const [label, model] = this.#page.names[selectedLine(selection)] ?? [];
    if (reference === undefined || model === undefined || selection.by !== null) return undefined;
    if (!block || !titled || (compare && every !== "1d")) return undefined;
    const template = block.models[model + (compare ? withPrevious : 0)];
    const axis = this.#page.axes[template?.axis ?? -1];
    if (!template || !axis) return undefined;
    const buckets = this.#buckets(axis.time_ms, span);
    const line = this.#line(selection, reference, buckets, span);
    const other = compare === false ? null : this.#other(compare, span);
    const earlier = other && this.#line(selection, reference, buckets, other.span);
    if (line === null || (compare && earlier === null)) return undefined;
    const rows = seriesRows(line, {
      axis,
      template,
      places: buckets.map(([row]) => row),
      proportion: entry?.proportion ?? false,
      previous:
        other && earlier
          ? { values: earlier.values.slice(0, other.known), from: other.span[0] }
          : undefined,
      // Of a longer interval the days may be only a part.
      forecasts: every === "1d" && !cumulative ? block.forecasts?.[selectedLine(asked)] : [],
    });
    const mayGrow = rows.some((row) => row.open);
    // Single days do not tell when their entries converted, so an earlier period keeps its full age.
    const isYounger = other !== null && other.span[0] > span[0];
    const isUneven = model >= maturing && (isYounger ? other.span[1] >= template.open : mayGrow);
    const age = isUneven ? (isYounger ? "younger" : "unequal") : "final";
    const compared = other ? this.#words(compare, other, ages[age]) : "";
    const caption = captionOf(
      captionOfDays(template.chart.caption, mayGrow, compared),
      words,
      rows,
    );
    const spec = zoomSpec(template.chart.spec, rows, every, this.#view.state._status.zone);
    return filledChart(
      template,
      chartKey(asked),
      { title: label + titled.words, caption, ...axisOf(this.#view, asked) },
      rows,
      spec,
    );
  }

  /** The days that some are compared with, and how many of these are known. */
  #other(compare: true | string, span: Span): Other {
    const [first, last] = span;
    const of = dayOf(this.#days[0] ?? "");
    const start =
      compare === true
        ? before(span)[0]
        : (compare === "last_year" ? addMonths(of + first, -12) : dayOf(compare)) - of;
    const length = last - first + 1;
    return {
      span: [start, start + length - 1],
      known: Math.max(0, Math.min(length, this.#days.length - start)),
    };
  }

  /** Which days the dashed line is of, and how old these are. */
  #words(compare: boolean | string, { span: [first, last], known }: Other, age: string): string {
    const name = comparedNames[compare === true ? "previous" : (compare as "last_year")];
    const of = dayOf(this.#days[0] ?? "");
    const dates = `${dayWords(of + first)} to ${shortWords(of + last)}`;
    const words = last < 0 ? captionTooEarly : known > 0 ? captionCompared : captionNothing;
    return words.replace("{days}", name ? `${name}, ${dates}` : dates).replace("{age}", age);
  }

  /** The intervals of an axis that these days touch. */
  #buckets(times: number[], span: Span): Bucket[] {
    const buckets: Bucket[] = [];
    this.#times.slice(span[0], span[1] + 1).forEach((start, day) => {
      const row = times.filter((time) => time <= start).length - 1;
      const open = buckets.at(-1);
      if (open?.[0] === row) open[2] = day;
      else buckets.push([row, day, day]);
    });
    return buckets;
  }

  /** What a rate is taken of in each interval of these days; null where that cannot be known. */
  #bases(selection: Selection, span: Span): Values | null {
    const block = this.#view.blocks.find((one) => one.every === selection.every);
    const axis = this.#page.axes[block?.models[0]?.axis ?? -1];
    const reference = this.#daily.lines[selectedLine(selection)];
    if (!axis || reference === undefined) return null;
    const buckets = this.#buckets(axis.time_ms, span);
    return this.#line(selection, reference, buckets, span)?.denominators ?? null;
  }

  #line(selection: Selection, reference: SeriesRef, buckets: Bucket[], span: Span): Line | null {
    if (selection.every === "1d" && !selection.cumulative)
      return this.#numbers.single(reference, span);
    const [scope, id] = ownerOf(selection);
    const found = buckets.map(([, first, last]) => {
      const start = selection.cumulative ? span[0] : span[0] + first;
      return this.#numbers.fraction(scope, id, selection.metric, [start, span[0] + last]);
    });
    if (found.some((one) => one === null)) return null;
    return {
      values: found.map((one) => one?.value ?? null),
      numerators: found.map((one) => one?.numerator ?? null),
      denominators: found.map((one) => one?.denominator ?? null),
    };
  }
}
