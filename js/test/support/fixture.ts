// The state of a dashboard over the campaign of campaign.ts, and of one of many cards.

import type { Action } from "../../src/wire/campaign";
import type { ChartState } from "../../src/wire/chart";
import type { Selection } from "../../src/wire/selection";
import type { Status } from "../../src/wire/status";
import { base64, type MetricRow, metricBytes, ofNoRate, type Point, seriesBytes } from "./bytes";
import {
  action,
  actions,
  armOf,
  campaign,
  channels,
  day,
  flow,
  glossary,
  now,
  random,
  reached,
  type State,
  start,
} from "./campaign";
import { experiment } from "./experiment";

export { armOf, day, glossary, random, type State, start } from "./campaign";

function rows(): MetricRow[] {
  const list: MetricRow[] = [];
  const add = (
    scope: string,
    id: string,
    metric: string,
    value: number | null,
    previous: number | null = null,
  ): void => void list.push({ scope, id, metric, value, previous });
  const rate = (
    scope: string,
    id: string,
    metric: string,
    of: number,
    over: number,
    previous: number | null = null,
  ): void =>
    void list.push({ scope, id, metric, value: over ? of / over : null, of, over, previous });
  add("campaign", "", "users", 24118, 22710);
  add("campaign", "", "unique_users", 22017, 20900);
  rate("campaign", "", "unique_users_rate", 22017, 24118);
  add("campaign", "", "engaged", 10172, 9950);
  rate("campaign", "", "engagement_rate", 10172, 22017, 0.473);
  add("campaign", "", "conversions", 4343, 3920);
  rate("campaign", "", "conversion_rate", 4343, 24118, 0.1721);
  add("campaign", "", "unique_converters", 4102, 3760);
  add("campaign", "", "goal_value", 218764.5, 199800);
  add("campaign", "", "value_per_user", 9.94, 9.56);
  add("campaign", "", "exits", 318, 402);
  add("campaign", "", "entries_open", 612);
  add("campaign", "", "median_time_to_convert", 187_200, 190_000);
  const email = (
    scope: string,
    id: string,
    sent: number,
    opens: number,
    clicks: number,
    gone: number,
  ): void => {
    const delivered = Math.round(sent * 0.986);
    add(scope, id, "sent", sent);
    add(scope, id, "delivered", delivered);
    rate(scope, id, "delivery_rate", delivered, sent);
    add(scope, id, "unique_opened", opens);
    rate(scope, id, "unique_open_rate", opens, delivered);
    add(scope, id, "unique_clicked", clicks);
    rate(scope, id, "unique_click_rate", clicks, delivered);
    add(scope, id, "unsubscribed", gone);
    rate(scope, id, "unsubscribe_rate", gone, delivered);
  };
  const push = (scope: string, id: string, sent: number, opened: number, bounced: number): void => {
    add(scope, id, "sent", sent);
    add(scope, id, "opened", opened);
    rate(scope, id, "open_rate", opened, sent);
    add(scope, id, "bounced", bounced);
    rate(scope, id, "bounce_rate", bounced, sent);
  };
  const inApp = (scope: string, id: string): void => {
    add(scope, id, "viewed", 6640);
    add(scope, id, "accepted", 1182);
    rate(scope, id, "accept_rate", 1182, 6640);
  };
  email("channel", "email", 48896, 17902, 3408, 214);
  push("channel", "push", 21780, 1917, 402);
  inApp("channel", "in_app");
  for (const one of actions) {
    const [received, converted] = reached[one.id]!;
    add("action", one.id, "users_received", received);
    add("action", one.id, "conversions_attributed", converted);
    rate("action", one.id, "share_of_entries", received, 24118);
    rate("action", one.id, "conversion_rate_attributed", converted, received);
    if (one.channel === "email")
      email(
        "action",
        one.id,
        received,
        Math.round(received * 0.37),
        Math.round(received * 0.07),
        Math.round(received * 0.0044),
      );
    if (one.channel === "push")
      push("action", one.id, received, Math.round(received * 0.088), Math.round(received * 0.018));
    if (one.channel === "in_app") inApp("action", one.id);
  }
  return list;
}

export function points(): Point[] {
  const next = random(7);
  return Array.from({ length: 42 }, (_, i) => {
    const value = Math.round(90 + 470 * Math.exp(-i / 9) * (0.75 + 0.5 * next()) + 30 * next());
    const time = start + i * day;
    const name = new Intl.DateTimeFormat("en-GB", {
      timeZone: "America/Los_Angeles",
      weekday: "short",
      day: "numeric",
      month: "short",
    }).format(time);
    return {
      time_ms: time,
      start: name,
      value,
      previous: Math.round(value * (0.78 + 0.15 * next())),
      by: null,
      open: i >= 35,
      ...ofNoRate,
    };
  });
}

/** A hand-written spec after the team's contract: utc scale, ticks and labels given, colours by named parameters. */
export function spec(): Record<string, unknown> {
  const ticks = [0, 7, 14, 21, 28, 35, 41].map((i) => start + i * day);
  const labels = Object.fromEntries(
    ticks.map((tick) => [
      String(tick),
      new Intl.DateTimeFormat("en-GB", {
        timeZone: "America/Los_Angeles",
        day: "numeric",
        month: "short",
      }).format(tick),
    ]),
  );
  const x = {
    field: "time_ms",
    type: "temporal",
    scale: { type: "utc" },
    title: null,
    axis: {
      values: ticks,
      labelExpr: `${JSON.stringify(labels)}[toString(toNumber(datum.value))]`,
      grid: false,
      labelFlush: true,
    },
  };
  const y = (field: string): unknown => ({
    field,
    type: "quantitative",
    title: null,
    axis: { tickCount: 4, format: ",d", domain: false, ticks: false },
  });
  const param = (name: string, value: string): unknown => ({ name, value });
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: "Engaged users per day",
    width: "container",
    height: 190,
    autosize: { type: "fit-x", contains: "padding" },
    data: { name: "series" },
    params: [
      param("rw_text", "#222"),
      param("rw_muted", "#666"),
      param("rw_grid", "#ddd"),
      param("rw_line", "#7a4fd0"),
      param("rw_previous", "#888"),
      param("rw_surface", "#fff"),
    ],
    layer: [
      {
        transform: [{ filter: "datum.open" }],
        mark: { type: "rule", strokeWidth: 9, opacity: 0.12, stroke: { expr: "rw_muted" } },
        encoding: { x },
      },
      {
        mark: {
          type: "line",
          strokeWidth: 1.2,
          strokeDash: [3, 3],
          stroke: { expr: "rw_previous" },
        },
        encoding: { x, y: y("previous") },
      },
      {
        mark: { type: "line", strokeWidth: 2, strokeJoin: "round", stroke: { expr: "rw_line" } },
        encoding: { x, y: y("value") },
      },
    ],
    config: {
      background: null,
      view: { stroke: null },
      font: "inherit",
      axis: {
        labelColor: { expr: "rw_muted" },
        gridColor: { expr: "rw_grid" },
        domainColor: { expr: "rw_grid" },
        tickColor: { expr: "rw_grid" },
        labelFontSize: 11,
      },
    },
  };
}

export const selection: Selection = {
  metric: "engaged",
  action: null,
  channel: null,
  range: "whole",
  start: null,
  end: null,
  every: "1d",
  cumulative: false,
  compare: true,
  by: null,
  variant: null,
  time_zone: null,
  definitions: "default",
  developers: true,
  machine_opens: true,
  clock: "event",
};

export const status: Status = {
  state: "ready",
  error: null,
  newest_ms: now - 240_000,
  read_ms: now,
  stale: "good",
  zone: "America/Los_Angeles",
  zone_label: "Los Angeles (PDT)",
  users_with_developers: 24118,
  users_without_developers: 23871,
  previous_age: "equal",
  definitions: ["default", "leanplum", "leanplum-v2"],
  toolkit: "0.1.0",
  code: 'results.explore("engaged", every="1d", compare="previous")',
};

export function chartState(): ChartState {
  return {
    key: {
      metric: "engaged",
      action: null,
      channel: null,
      every: "1d",
      cumulative: false,
      by: null,
      compare: true,
    },
    every: "1d",
    title: "Engaged users per day",
    caption:
      "Days in America/Los_Angeles · hatched: conversion windows still open · dashed: period before",
    zone_label: "Los Angeles (PDT)",
    spec: spec(),
  };
}

export function trends(): Record<string, number[]> {
  const next = random(3);
  const names = [
    ...channels.map((one) => `channel:${one.id}`),
    ...actions.map((one) => `action:${one.id}`),
  ];
  return Object.fromEntries(
    names.map((name) => {
      let level = 50;
      return [
        name,
        Array.from({ length: 42 }, () => (level = Math.max(5, level + (next() - 0.5) * 14))),
      ];
    }),
  );
}

/** The whole synced state as JSON, bytes as base64. */
export function state(): State {
  return {
    _campaign: campaign,
    _glossary: glossary,
    _metrics: base64(metricBytes(rows())),
    _flow: flow,
    _trends: trends(),
    _chart: chartState(),
    _series: base64(seriesBytes(points())),
    _status: status,
    _selection: selection,
    _experiment: experiment,
    _options: {
      by: ["variant", "platform"],
      time_zones: ["America/Los_Angeles", "America/New_York", "Europe/Berlin", "Asia/Tokyo", "UTC"],
      ranges: ["whole", "today", "yesterday", "7d", "14d", "30d", "90d", "custom"],
      every: ["1h", "1d", "1w", "1mo"],
    },
    _viewer_zone: "",
    _chart_esm: "",
  };
}

/** A forest of `count` actions with plausible numbers. */
export function forest(
  count: number,
  seed: number,
): { actions: Action[]; counts: Record<string, [number, number]> } {
  const next = random(seed);
  const kinds = ["email", "push", "in_app", "sms", "webhook"];
  const list: Action[] = [];
  const counts: Record<string, [number, number]> = {};
  for (let i = 0; i < count; i++) {
    const parent =
      i === 0 || next() < 0.04
        ? null
        : list[Math.max(0, i - 1 - Math.floor(next() * Math.min(i, 9)))]!.id;
    list.push(
      action(
        `n${i}`,
        `Action ${i} with a longer name`,
        kinds[Math.floor(next() * kinds.length)]!,
        parent,
        parent ? "opened" : null,
        1,
      ),
    );
    const before = parent ? counts[parent]![0] : 40000;
    const received = next() < 0.07 ? 0 : Math.round(before * (0.3 + 0.6 * next()));
    counts[`n${i}`] = [received, Math.round(received * 0.12 * next())];
  }
  return { actions: list, counts };
}

export function bigState(count = 60): State {
  const base = state();
  const { actions: list, counts } = forest(count, 11);
  return {
    ...base,
    _campaign: { ...campaign, name: "A big one", variants: [], actions: list },
    _flow: { held_back: 0, arms: [armOf(null, "Everybody", 1, list, counts)] },
  };
}
