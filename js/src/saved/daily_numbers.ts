// Numbers of any span of days, from the single days of the whole campaign.

import type { Arm, Flow, FlowEdge, FlowNode } from "../wire/flow";
import { noMetric } from "../wire/frames";
import type { GlossaryEntry } from "../wire/glossary";
import type { Metric } from "../wire/metrics";
import type { Line } from "./lines";
import type { SavedView, SeriesBlock, SeriesRef, UserCells, Values } from "./page";
import { lineName, type Pool, ratio, ratios } from "./series";
import { wilsonInterval } from "./wilson";

/** The first and last of some days, by their place among the campaign's; a period before may lie before them all. */
export type Span = [first: number, last: number];
type Fraction = Pick<Metric, "value" | "numerator" | "denominator">;

/** The period of the same length that ends before a span. */
export const before = ([first, last]: Span): Span => [2 * first - last - 1, first - 1];

/** Distinct users of a span: those whose previous occurrence precedes it. */
export function distinctUsers(
  { last, before: previous, first, users }: UserCells,
  span: Span,
): number {
  return users.reduce((sum, count, at) => {
    const day = last[at] ?? -1;
    const earlier = previous[at] ?? -1;
    const isNew = earlier < 0 || earlier < span[0];
    const isInside = (first?.[at] ?? day) >= span[0] && day <= span[1];
    return isNew && isInside ? sum + count : sum;
  }, 0);
}

export class DailyNumbers {
  readonly #view: SavedView;
  readonly #pool: Pool;
  readonly #daily: SeriesBlock;
  readonly #adds: Set<string>;

  constructor(view: SavedView, pool: Pool, daily: SeriesBlock) {
    this.#view = view;
    this.#pool = pool;
    this.#daily = daily;
    this.#adds = new Set(view.adds);
  }

  /** Single days as they are; those before the campaign's first are days on which nothing happened. */
  single(reference: SeriesRef, span: Span): Line {
    if (!Array.isArray(reference))
      return { values: this.#cut(reference, span), numerators: null, denominators: null };
    const [numerators, denominators] = reference.map((place) => this.#cut(place, span)) as [
      Values,
      Values,
    ];
    return { values: ratios(numerators, denominators), numerators, denominators };
  }

  #cut(place: number, [first, last]: Span): Values {
    const values = this.#pool.read(place);
    const missing = values.some((value) => value === null) ? null : 0;
    return Array.from({ length: last - first + 1 }, (_, at) => values[first + at] ?? missing);
  }

  #sum(place: number, span: Span): number {
    return this.#cut(place, span).reduce<number>((total, value) => total + (value ?? 0), 0);
  }

  #entry(scope: string, id: string, metric: string): GlossaryEntry | undefined {
    const { _campaign: campaign, _glossary: glossary } = this.#view.state;
    const channel =
      scope === "channel" ? id : campaign.actions.find((one) => one.id === id)?.channel;
    return glossary[`${channel}:${metric}`] ?? glossary[metric];
  }

  /** A count, a sum, or distinct users. */
  plain(scope: string, id: string, metric: string, span: Span): number | null {
    if (this.#entry(scope, id, metric)?.missing) return null;
    const name = lineName(scope, id, metric);
    const reference = this.#daily.lines[name];
    if (typeof reference === "number" && this.#adds.has(name)) return this.#sum(reference, span);
    const cells = this.#view.cells[name];
    if (cells) return distinctUsers(cells, span);
    if (scope === "action" && metric === "users") return this.plain("campaign", "", "users", span);
    if (metric === "engaged_base") return this.plain("campaign", "", "unique_users", span);
    const parent = this.#view.state._campaign.actions.find((one) => one.id === id)?.parent;
    if (!parent || (metric !== "parent_users_received" && metric !== "dropped_off")) return null;
    const received = this.plain("action", parent, "users_received", span);
    const both = metric === "dropped_off" ? this.plain("action", id, "both_received", span) : 0;
    return received === null || both === null ? null : received - both;
  }

  fraction(scope: string, id: string, metric: string, span: Span): Fraction | null {
    const name = lineName(scope, id, metric);
    const reference = this.#daily.lines[name];
    const entry = this.#entry(scope, id, metric);
    const top = entry?.in_range?.numerator ?? entry?.numerator ?? null;
    const bottom = entry?.denominator ?? null;
    if (top === null || bottom === null) {
      const value = this.plain(scope, id, metric, span);
      return value === null ? null : { value, numerator: null, denominator: null };
    }
    const added = Array.isArray(reference) && this.#adds.has(name) ? reference : null;
    const numerator = added ? this.#sum(added[0], span) : this.plain(scope, id, top, span);
    const denominator = added ? this.#sum(added[1], span) : this.plain(scope, id, bottom, span);
    return numerator === null || denominator === null
      ? null
      : { value: ratio(numerator, denominator), numerator, denominator };
  }

  metric(scope: string, id: string, metric: string, span: Span): Metric {
    const now = this.fraction(scope, id, metric, span);
    if (now === null) return noMetric;
    const { numerator, denominator } = now;
    const share =
      numerator === null || denominator === null || !this.#entry(scope, id, metric)?.proportion
        ? null
        : wilsonInterval(numerator, denominator);
    const previous = this.fraction(scope, id, metric, before(span))?.value ?? null;
    return { ...now, low: share?.low ?? null, high: share?.high ?? null, previous };
  }

  flow(flow: Flow, span: Span): Flow {
    const value = (id: string, metric: string): number | null =>
      this.fraction(id ? "action" : "campaign", id, metric, span)?.value ?? null;
    const [everyone] = flow.arms;
    if (!everyone) return flow;
    const nodes = everyone.nodes.map(
      ({ action_id: id }): FlowNode => ({
        action_id: id,
        users_received: value(id, "users_received"),
        conversions: value(id, "conversions_attributed"),
        share_of_entries: value(id, "share_of_entries"),
      }),
    );
    const edges = everyone.edges.map((edge): FlowEdge => {
      const users = this.plain("action", edge.target, "both_received", span);
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
    return { arms: [arm], held_back: this.plain("campaign", "", "held_back_users", span) };
  }
}
