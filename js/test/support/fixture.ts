// A campaign like the one in the design drawing, and one of 60 cards. Numbers are invented but agree with each other.

import type { ChartState } from "../../src/wire/chart";
import type { Selection } from "../../src/wire/selection";
import type {
  Action,
  Arm,
  Campaign,
  Channel,
  Flow,
  FlowNode,
  Glossary,
  GlossaryEntry,
  Status,
} from "../../src/wire/wire";
import { base64, type MetricRow, metricBytes, type Point, seriesBytes } from "./bytes";

export const day = 86_400_000;
export const start = Date.UTC(2026, 2, 2, 8);
const now = Date.UTC(2026, 3, 12, 21, 6);

export type State = Record<string, unknown>;

/** The same numbers on every run. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function entry(
  label: string,
  unit: GlossaryEntry["unit"],
  text: string,
  numerator: string | null = null,
  denominator: string | null = null,
  low = false,
): GlossaryEntry {
  const scope = ["campaign", "channel", "action"] as GlossaryEntry["scopes"];
  return { label, unit, scopes: scope, numerator, denominator, text, group: "", low_is_good: low };
}

export const glossary: Glossary = {
  users: entry(
    "Users",
    "count",
    "Entries: a user enters when he receives a first action, and may enter again.",
  ),
  unique_users: entry("Unique users", "users", "Distinct users with an entry."),
  unique_users_rate: entry(
    "Unique users rate",
    "rate",
    "Unique users of entries.",
    "unique_users",
    "users",
  ),
  engaged: entry("Engaged", "users", "Users who interacted with an action."),
  engagement_rate: entry(
    "Engagement rate",
    "rate",
    "Engaged of unique users.",
    "engaged",
    "unique_users",
  ),
  conversions: entry(
    "Conversions",
    "count",
    "Goal events inside an entry or its attribution window.",
  ),
  unique_converters: entry("Unique converters", "users", "Distinct users with a conversion."),
  conversion_rate: entry(
    "Conversion rate",
    "rate",
    "Conversions of entries.",
    "conversions",
    "users",
  ),
  goal_value: entry("Goal value", "amount", "Sum of the goal's value over conversions."),
  value_per_user: entry(
    "Value per user",
    "amount",
    "Goal value of unique users.",
    "goal_value",
    "unique_users",
  ),
  exits: entry("Exits", "count", "Exit events.", null, null, true),
  entries_open: entry(
    "Entries still open",
    "count",
    "Entries whose window has not ended at the newest event.",
  ),
  median_time_to_convert: entry(
    "Median time to convert",
    "seconds",
    "From an entry's start to its conversion.",
  ),
  users_received: entry("Users received", "users", "Distinct users who received the action."),
  conversions_attributed: entry(
    "Conversions attributed",
    "count",
    "Conversions whose last action is this one.",
  ),
  share_of_entries: entry(
    "Share of entries",
    "rate",
    "Entries that received the action, of all entries.",
    "entries_reached",
    "users",
  ),
  sent: entry("Sent", "count", "Messages sent."),
  delivered: entry("Delivered", "count", "Messages delivered."),
  delivery_rate: entry("Delivery rate", "rate", "Delivered of sent.", "delivered", "sent"),
  unique_opened: entry("Unique opens", "users", "Distinct users who opened."),
  unique_open_rate: entry(
    "Unique open rate",
    "rate",
    "Unique opens of delivered.",
    "unique_opened",
    "delivered",
  ),
  unique_clicked: entry("Unique clicks", "users", "Distinct users who clicked."),
  unique_click_rate: entry(
    "Unique click rate",
    "rate",
    "Unique clicks of delivered.",
    "unique_clicked",
    "delivered",
  ),
  unsubscribed: entry("Unsubscribed", "count", "Users who unsubscribed.", null, null, true),
  unsubscribe_rate: entry(
    "Unsubscribe rate",
    "rate",
    "Unsubscribed of delivered.",
    "unsubscribed",
    "delivered",
    true,
  ),
  opened: entry("Opened", "count", "Opens."),
  open_rate: entry("Open rate", "rate", "Opens of sent.", "opened", "sent"),
  bounced: entry("Bounced", "count", "Bounces.", null, null, true),
  bounce_rate: entry("Bounce rate", "rate", "Bounced of sent.", "bounced", "sent", true),
  viewed: entry("Views", "count", "Views."),
  accepted: entry("Accepted", "count", "Accepts."),
  accept_rate: entry("Accept rate", "rate", "Accepted of views.", "accepted", "viewed"),
};

export const channels: Channel[] = [
  {
    id: "email",
    label: "Email",
    icon: "email",
    actions: 3,
    bar_base: "sent",
    events: ["delivered", "opened", "clicked", "unsubscribed"],
    received: "sent",
    rows: [
      { metric: "delivered", rate: "delivery_rate" },
      { metric: "unique_opened", rate: "unique_open_rate" },
      { metric: "unique_clicked", rate: "unique_click_rate" },
      { metric: "unsubscribed", rate: "unsubscribe_rate" },
    ],
  },
  {
    id: "push",
    label: "Push",
    icon: "push",
    actions: 2,
    bar_base: "sent",
    events: ["opened", "bounced"],
    received: "sent",
    rows: [
      { metric: "sent", rate: null },
      { metric: "opened", rate: "open_rate" },
      { metric: "bounced", rate: "bounce_rate" },
    ],
  },
  {
    id: "in_app",
    label: "In-app",
    icon: "in_app",
    actions: 1,
    bar_base: "viewed",
    events: ["accepted"],
    received: "viewed",
    rows: [
      { metric: "viewed", rate: null },
      { metric: "accepted", rate: "accept_rate" },
    ],
  },
];

function action(
  id: string,
  name: string,
  channel: string,
  parent: string | null,
  trigger: string | null,
  delayDays: number,
): Action {
  const copy =
    channel === "email"
      ? {
          subject: `${name} – 10 % for you`,
          body: "Hello {{name}},\n\nit has been a while. Here is something to come back for.",
          buttons: ["Shop now", "Not today"],
        }
      : { title: name, message: "Tap to see what is new." };
  return {
    id,
    name,
    channel,
    template: channel === "in_app" ? "center_popup" : null,
    parent,
    trigger,
    delay_ms: delayDays * day,
    variant: null,
    copy,
    settings: {
      sender: "Example Shop",
      category: "Marketing",
      quiet_hours: "21:00–08:00",
      cap_per_week: 3,
    },
  };
}

const actions: Action[] = [
  action("a1", "We miss you", "email", null, null, 0),
  action("a2", "Reminder", "push", "a1", "not_opened", 2),
  action("a3", "Your 10 % off", "email", "a1", "opened", 1),
  action("a4", "Last chance", "push", "a2", "not_opened", 3),
  action("a5", "Welcome back", "in_app", "a3", "clicked", 0),
  action("a6", "Survey", "email", "a4", "opened", 7),
];

const reached: Record<string, [number, number]> = {
  a1: [24118, 1204],
  a2: [13492, 611],
  a3: [9870, 1377],
  a4: [8288, 243],
  a5: [6640, 908],
  a6: [0, 0],
};

const campaign: Campaign = {
  id: "c1",
  name: "Win-back, spring 2026",
  status: "running",
  delivery: "triggered",
  started_at: start,
  finished_at: null,
  goal: { events: ["Purchase"], mode: "single" },
  attribution_window_ms: 7 * day,
  holdback: 0.05,
  on_finish: "keep_windows",
  variants: [
    { id: "A", name: "A", share: 0.5, control: true },
    { id: "B", name: "B", share: 0.5, control: false },
  ],
  actions,
  channels,
};

export function armOf(
  id: string | null,
  label: string,
  part: number,
  list: Action[],
  counts: Record<string, [number, number]>,
): Arm {
  const whole = (value: number): number => Math.round(value * part);
  const roots = list.filter((one) => one.parent === null);
  const entries = whole(roots.reduce((sum, one) => sum + (counts[one.id]?.[0] ?? 0), 0));
  const nodes: FlowNode[] = list.map((one) => ({
    action_id: one.id,
    users_received: whole(counts[one.id]![0]),
    conversions: whole(counts[one.id]![1]),
    share_of_entries: entries ? whole(counts[one.id]![0]) / entries : null,
  }));
  const received = new Map(nodes.map((node) => [node.action_id, node.users_received]));
  const edges = list
    .filter((one) => one.parent !== null)
    .map((one) => {
      const users = received.get(one.id)!;
      const before = received.get(one.parent!) ?? 0;
      return {
        source: one.parent!,
        target: one.id,
        users,
        share: entries ? users / entries : null,
        drop_off: before ? 1 - users / before : null,
      };
    });
  return {
    id,
    label,
    entries,
    conversions: nodes.reduce((sum, node) => sum + (node.conversions ?? 0), 0),
    unattributed: 0,
    open: whole(612),
    nodes,
    edges,
  };
}

const flow: Flow = {
  held_back: 1207,
  arms: [
    armOf(null, "Everybody", 1, actions, reached),
    armOf("A", "A, control", 0.497, actions, reached),
    armOf("B", "B", 0.503, actions, reached),
  ],
};

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
