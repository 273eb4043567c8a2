// Days of one's own, and the period before, from the single days of the whole campaign. What adds up over days is exact; a
// distinct user of two days is one user, so distinct users, and what is made of them, stay unknown.
import type { Metric, Row, SeriesRow } from "./frame";
import { drawn, keyOf, lineName, nameOf, ratio, runningTotal, type Block, type Look, type Pool, type Reference, type Saved, type State } from "./saved";
import { isoDay } from "./time";
import type { Arm, Flow, FlowEdge, FlowNode, Selection } from "./wire";
import { zoomSpec } from "./zoom";

/** The first and last of some days, by their place among the campaign's; a period before may lie before them all. */
export type Span = [first: number, last: number];
type Values = (number | null)[];
type Sides = { value: number | null; numerator: number | null; denominator: number | null };

const z = 1.959963984540054;
const withPrevious = 4;
const aboutUsers =
  "Days of one’s own show what adds up over days. Distinct users do not: a dash stands for them, and for the variants. " +
  "The named ranges and the notebook have them.";
const unknown: Metric = { value: null, numerator: null, denominator: null, low: null, high: null, previous: null };

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

export class Days {
  readonly #times: number[];
  readonly #days: string[];
  #look: Look;
  #page: Saved;
  #pool: Pool;
  #block: Block;
  #adds: Set<string>;

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
    return look.selection.range === "whole" && look.blocks.some((one) => one.every === "1d" && !one.cumulative);
  }

  /** The days from one date to another that the campaign has; null where it has none. */
  span(start: string, end: string): Span | null {
    const first = this.#days.findIndex((day) => day >= start);
    const last = this.#days.filter((day) => day <= end).length - 1;
    return first >= 0 && first <= last ? [first, last] : null;
  }

  /** The days that begin at these times; null where the campaign has others. */
  covering(times: number[]): Span | null {
    const span = [times[0], times[times.length - 1]].map((time) => this.#times.indexOf(time!)) as Span;
    return span[0] >= 0 && span[1] - span[0] === times.length - 1 ? span : null;
  }

  /** Every number of these days that can be known. */
  state(span: Span, metrics: Row[]): State {
    const found = new Map(metrics.map((row) => {
      const owner = String(row.scope === "action" ? row.action_id : row.scope === "channel" ? row.channel : "");
      const name = lineName(String(row.scope), owner, String(row.metric));
      return [name, { ...row, ...this.#metric(name, span) }];
    }));
    const { _status: status, ...state } = this.#look.state;
    return {
      ...state,
      _metrics: [...found.values()],
      _flow: this.#flow(state._flow, (name) => (found.get(name)?.value ?? null) as number | null),
      _trends: {},
      _parts: {},
      _status: { ...status, error: null, users_with_developers: null, users_without_developers: null, note: aboutUsers },
    };
  }

  /** The line of a metric per day, with the period before where that is compared; undefined where it cannot be known. */
  line(selection: Selection, span: Span): State | undefined {
    const name = nameOf(selection);
    const reference = this.#block.lines[name];
    const named = this.#page.names[name];
    const { cumulative, compare } = selection;
    if (reference === undefined || !named || selection.by !== null || selection.every !== "1d" || (cumulative && !this.#adds.has(name))) return undefined;
    const [label, index] = named;
    const model = this.#block.models[index + (compare ? withPrevious : 0)]!;
    const axis = this.#page.axes[model.axis]!;
    const values = this.#values(reference, span, cumulative);
    const earlier = compare ? this.#values(reference, before(span), cumulative) : [];
    const rows = values.map((value, at): SeriesRow => {
      const row = span[0] + at;
      return { time_ms: axis.time_ms[row]!, start: axis.start[row]!, value, previous: earlier[at] ?? null, by: null, open: row >= model.open };
    });
    const grows = rows.some((row) => row.open);
    const caption = model.chart.caption.split(" · ").filter((part) => grows || !part.startsWith("hatched")).join(" · ");
    const title = `${label}, ${cumulative ? "cumulative by" : "per"} day`;
    return drawn(model, keyOf(selection), { title, caption }, rows, zoomSpec(model.chart.spec, rows, "1d"));
  }

  #values(reference: Reference, span: Span, cumulative: boolean): Values {
    const sides = (Array.isArray(reference) ? reference : [reference]).map((place) => this.#cut(place, span));
    const added = cumulative ? sides.map(runningTotal) : sides;
    const [top, bottom] = added as [Values, Values?];
    return bottom ? top.map((value, at) => ratio(value, bottom[at] ?? null)) : top;
  }

  /** A part of a series; days before the campaign's first are days on which nothing happened. */
  #cut(place: number, [first, last]: Span): Values {
    const values = this.#pool.read(place);
    const missing = values.some((value) => value === null) ? null : 0;
    return Array.from({ length: last - first + 1 }, (_, at) => values[first + at] ?? missing);
  }

  #sides(name: string, span: Span): Sides | null {
    const reference = this.#block.lines[name];
    if (reference === undefined || !this.#adds.has(name)) return null;
    const sum = (place: number): number => this.#cut(place, span).reduce<number>((total, value) => total + (value ?? 0), 0);
    if (!Array.isArray(reference)) return { value: sum(reference), numerator: null, denominator: null };
    const [numerator, denominator] = [sum(reference[0]), sum(reference[1])];
    return { value: ratio(numerator, denominator), numerator, denominator };
  }

  #metric(name: string, span: Span): Metric {
    const now = this.#sides(name, span);
    if (now === null) return unknown;
    const share = now.numerator === null || now.denominator === null ? null : interval(now.numerator, now.denominator);
    return { ...now, low: share?.low ?? null, high: share?.high ?? null, previous: this.#sides(name, before(span))?.value ?? null };
  }

  #flow(flow: Flow, value: (name: string) => number | null): Flow {
    const nodes = flow.arms[0]!.nodes.map((node): FlowNode => ({
      action_id: node.action_id,
      users_received: value(lineName("action", node.action_id, "users_received")),
      conversions: value(lineName("action", node.action_id, "conversions_attributed")),
      share_of_entries: value(lineName("action", node.action_id, "share_of_entries")),
    }));
    const total = (metric: string): number => value(lineName("campaign", "", metric)) ?? 0;
    const attributed = nodes.reduce((sum, node) => sum + (node.conversions ?? 0), 0);
    const edges = flow.arms[0]!.edges.map((edge): FlowEdge => ({ ...edge, users: null, share: null, drop_off: null }));
    const everyone: Arm = {
      ...flow.arms[0]!, nodes, edges, entries: total("users"), conversions: total("conversions"),
      unattributed: total("conversions") - attributed, open: total("entries_open"),
    };
    return { arms: [everyone], held_back: null };
  }
}
