// Days of one's own, and the period before, from the single days of the whole campaign. Counts and sums add up over days. A
// distinct user of two days is one user: he is new in a range if what he had before lies ahead of it, and how often that is so
// the page knows from day to day (engine/distinct.py). Where even that is not in the page, the number stays unknown.
import type { Metric, Row, SeriesRow } from "./frame";
import {
  drawn,
  keyOf,
  lineName,
  nameOf,
  ratio,
  type Block,
  type Look,
  type Pool,
  type Reference,
  type Saved,
  type State,
} from "./saved";
import { isoDay } from "./time";
import type { Arm, Flow, FlowEdge, FlowNode, Selection } from "./wire";
import { zoomSpec } from "./zoom";

/** The first and last of some days, by their place among the campaign's; a period before may lie before them all. */
export type Span = [first: number, last: number];
type Values = (number | null)[];
type Sides = { value: number | null; numerator: number | null; denominator: number | null };

const z = 1.959963984540054;
const withPrevious = 4;
const notes = {
  all: "These days were put together from single days; the median, the variants and the trends of these days are in the notebook.",
  some: "Days of one’s own show what adds up over days. A dash stands for distinct users, and for the variants: the named ranges and the notebook have them.",
};
const unknown: Metric = {
  value: null,
  numerator: null,
  denominator: null,
  low: null,
  high: null,
  previous: null,
};

/** Wilson's score interval, as engine/intervals.py has it. */
export function interval(k: number, n: number): { low: number; high: number } | null {
  if (!(n > 0 && k >= 0 && k <= n)) return null;
  const p = k / n;
  const scale = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

export const before = ([first, last]: Span): Span => [2 * first - last - 1, first - 1];

/** Of cells: the users who are new in these days. */
export function distinct(
  { last, before: ahead, first, users }: Look["cells"][string],
  span: Span,
): number {
  return users.reduce((sum, count, at) => {
    const [day, earlier] = [last[at]!, ahead[at]!];
    const counts =
      day >= span[0] &&
      day <= span[1] &&
      (earlier < 0 || earlier < span[0]) &&
      (first?.[at] ?? day) >= span[0];
    return counts ? sum + count : sum;
  }, 0);
}

export class Days {
  readonly #times: number[];
  readonly #days: string[];
  readonly #look: Look;
  readonly #page: Saved;
  readonly #pool: Pool;
  readonly #block: Block;
  readonly #adds: Set<string>;

  /** `look` is one at the whole campaign that has its days. */
  constructor(look: Look, page: Saved, pool: Pool) {
    this.#look = look;
    this.#page = page;
    this.#pool = pool;
    this.#block = look.blocks.find((one) => one.every === "1d" && !one.cumulative)!;
    this.#adds = new Set(look.adds);
    this.#times = page.axes[this.#block.models[0]!.axis]!.time_ms;
    this.#days = this.#times.map((time) => isoDay(time, look.state._status.zone));
  }

  static of(look: Look): boolean {
    return (
      look.selection.range === "whole" &&
      look.blocks.some((one) => one.every === "1d" && !one.cumulative)
    );
  }

  /** The days from one date to another that the campaign has; null where it has none. */
  span(start: string, end: string): Span | null {
    const first = this.#days.findIndex((day) => day >= start);
    const last = this.#days.filter((day) => day <= end).length - 1;
    return first >= 0 && first <= last ? [first, last] : null;
  }

  /** The days that begin at these times; null where the campaign has others. */
  covering(times: number[]): Span | null {
    const span = [times[0], times[times.length - 1]].map((time) =>
      this.#times.indexOf(time!),
    ) as Span;
    return span[0] >= 0 && span[1] - span[0] === times.length - 1 ? span : null;
  }

  /** Every number of these days that can be known. */
  state(span: Span, metrics: Row[]): State {
    const rows = metrics.map((row) => {
      const owner = String(
        row.scope === "action" ? row.action_id : row.scope === "channel" ? row.channel : "",
      );
      return { ...row, ...this.#metric(String(row.scope), owner, String(row.metric), span) };
    });
    const { _status: status, ...state } = this.#look.state;
    const users = this.#plain("campaign", "", "unique_users", span);
    return {
      ...state,
      _metrics: rows,
      _flow: this.#flow(state._flow, span),
      _trends: {},
      _parts: {},
      _status: {
        ...status,
        error: null,
        users_without_developers: null,
        users_with_developers: this.#look.selection.developers === false ? null : users,
        note: users === null ? notes.some : notes.all,
      },
    };
  }

  /** The line of a metric, with the period before where that is compared; undefined where it cannot be known. */
  line(selection: Selection, span: Span): State | undefined {
    const { every, cumulative, compare } = selection;
    const name = nameOf(selection);
    const block = this.#look.blocks.find((one) => one.every === every && !one.cumulative);
    const reference = this.#block.lines[name];
    const named = this.#page.names[name];
    if (
      !block ||
      reference === undefined ||
      !named ||
      selection.by !== null ||
      (compare && every !== "1d")
    )
      return undefined;
    const model = block.models[named[1] + (compare ? withPrevious : 0)]!;
    const axis = this.#page.axes[model.axis]!;
    const buckets = this.#buckets(axis.time_ms, span);
    const [values, earlier] = [span, before(span)].map((days) =>
      this.#values(selection, reference, buckets, days),
    ) as [Values | null, Values | null];
    if (values === null || (compare && earlier === null)) return undefined;
    const rows = buckets.map(
      ([row], at): SeriesRow => ({
        time_ms: axis.time_ms[row]!,
        start: axis.start[row]!,
        value: values[at] ?? null,
        previous: compare ? (earlier![at] ?? null) : null,
        by: null,
        open: row >= model.open,
      }),
    );
    const grows = rows.some((row) => row.open);
    const caption = model.chart.caption
      .split(" · ")
      .filter((part) => grows || !part.startsWith("hatched"))
      .join(" · ");
    const title =
      named[0] + (cumulative ? block.words.replace(", per ", ", cumulative by ") : block.words);
    return drawn(
      model,
      keyOf(selection),
      { title, caption },
      rows,
      zoomSpec(model.chart.spec, rows, every),
    );
  }

  /** The intervals of an axis that these days touch: their row, and their days counted from the span's first. */
  #buckets(times: number[], span: Span): [row: number, first: number, last: number][] {
    const buckets: [number, number, number][] = [];
    for (let day = span[0]; day <= span[1]; day++) {
      const row = times.filter((time) => time <= this.#times[day]!).length - 1;
      const open = buckets[buckets.length - 1];
      if (open?.[0] === row) open[2] = day - span[0];
      else buckets.push([row, day - span[0], day - span[0]]);
    }
    return buckets;
  }

  #values(
    selection: Selection,
    reference: Reference,
    buckets: [number, number, number][],
    span: Span,
  ): Values | null {
    if (selection.every === "1d" && !selection.cumulative) return this.#single(reference, span);
    const { metric, action, channel } = selection;
    const [scope, owner] =
      action !== null
        ? ["action", action]
        : channel !== null
          ? ["channel", channel]
          : ["campaign", ""];
    const found = buckets.map(([, first, last]) =>
      this.#sides(scope!, owner!, metric, [
        selection.cumulative ? span[0] : span[0] + first,
        span[0] + last,
      ]),
    );
    return found.some((sides) => sides === null) ? null : found.map((sides) => sides!.value);
  }

  /** Single days as they are; those before the campaign's first are days on which nothing happened. */
  #single(reference: Reference, span: Span): Values {
    const [top, bottom] = (Array.isArray(reference) ? reference : [reference]).map((place) =>
      this.#cut(place, span),
    ) as [Values, Values?];
    return bottom ? top.map((value, at) => ratio(value, bottom[at] ?? null)) : top;
  }

  #cut(place: number, [first, last]: Span): Values {
    const values = this.#pool.read(place);
    const missing = values.some((value) => value === null) ? null : 0;
    return Array.from({ length: last - first + 1 }, (_, at) => values[first + at] ?? missing);
  }

  #sum(place: number, span: Span): number {
    return this.#cut(place, span).reduce<number>((total, value) => total + (value ?? 0), 0);
  }

  /** A count, a sum, or distinct users. */
  #plain(scope: string, owner: string, metric: string, span: Span): number | null {
    const name = lineName(scope, owner, metric);
    const reference = this.#block.lines[name];
    if (typeof reference === "number" && this.#adds.has(name)) return this.#sum(reference, span);
    const cells = this.#look.cells[name];
    if (cells) return distinct(cells, span);
    if (scope === "action" && metric === "users") return this.#plain("campaign", "", "users", span);
    if (metric === "engaged_base") return this.#plain("campaign", "", "unique_users", span);
    const parent = this.#look.state._campaign.actions.find((one) => one.id === owner)?.parent;
    if (!parent || (metric !== "parent_users_received" && metric !== "dropped_off")) return null;
    const received = this.#plain("action", parent, "users_received", span);
    const both = metric === "dropped_off" ? this.#plain("action", owner, "both_received", span) : 0;
    return received === null || both === null ? null : received - both;
  }

  #sides(scope: string, owner: string, metric: string, span: Span): Sides | null {
    const name = lineName(scope, owner, metric);
    const reference = this.#block.lines[name];
    const { actions } = this.#look.state._campaign;
    const channel = scope === "channel" ? owner : actions.find((one) => one.id === owner)?.channel;
    const { numerator: top, denominator: bottom } =
      this.#look.state._glossary[`${channel}:${metric}`] ?? this.#look.state._glossary[metric]!;
    if (top === null || bottom === null) {
      const value = this.#plain(scope, owner, metric, span);
      return value === null ? null : { value, numerator: null, denominator: null };
    }
    const added = Array.isArray(reference) && this.#adds.has(name) ? reference : null;
    const numerator = added ? this.#sum(added[0], span) : this.#plain(scope, owner, top, span);
    const denominator = added ? this.#sum(added[1], span) : this.#plain(scope, owner, bottom, span);
    return numerator === null || denominator === null
      ? null
      : { value: ratio(numerator, denominator), numerator, denominator };
  }

  #metric(scope: string, owner: string, metric: string, span: Span): Metric {
    const now = this.#sides(scope, owner, metric, span);
    if (now === null) return unknown;
    const share =
      now.numerator === null || now.denominator === null
        ? null
        : interval(now.numerator, now.denominator);
    const previous = this.#sides(scope, owner, metric, before(span))?.value ?? null;
    return { ...now, low: share?.low ?? null, high: share?.high ?? null, previous };
  }

  #flow(flow: Flow, span: Span): Flow {
    const value = (owner: string, metric: string): number | null =>
      this.#sides(owner ? "action" : "campaign", owner, metric, span)?.value ?? null;
    const everyone = flow.arms[0]!;
    const nodes = everyone.nodes.map(
      ({ action_id: id }): FlowNode => ({
        action_id: id,
        users_received: value(id, "users_received"),
        conversions: value(id, "conversions_attributed"),
        share_of_entries: value(id, "share_of_entries"),
      }),
    );
    const edges = everyone.edges.map((edge): FlowEdge => {
      const users = this.#plain("action", edge.target, "both_received", span);
      const drop_off = value(edge.target, "drop_off");
      return { ...edge, users, drop_off, share: drop_off === null ? null : 1 - drop_off };
    });
    const conversions = value("", "conversions");
    const attributed = nodes.reduce((sum, node) => sum + (node.conversions ?? 0), 0);
    const arm: Arm = {
      ...everyone,
      nodes,
      edges,
      conversions,
      entries: value("", "users"),
      open: value("", "entries_open"),
      unattributed: conversions === null ? null : conversions - attributed,
    };
    return { arms: [arm], held_back: this.#plain("campaign", "", "held_back", span) };
  }
}
