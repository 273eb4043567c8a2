// A campaign like the one in the design drawing, and one of 60 cards. Numbers are invented but agree with each other.

import type { Action, Campaign, Channel } from "../../src/wire/campaign";
import type { Arm, Flow, FlowNode } from "../../src/wire/flow";
import type { Glossary, GlossaryEntry } from "../../src/wire/glossary";

export const day = 86_400_000;
export const start = Date.UTC(2026, 2, 2, 8);
export const now = Date.UTC(2026, 3, 12, 21, 6);

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
  const base = denominator === "users" ? "entries" : (denominator ?? "").replaceAll("_", " ");
  const rest = { text, group: "", low_is_good: low, proportion: unit === "rate", matures: false };
  return { label, unit, scopes: scope, numerator, denominator, base, ...rest };
}

export const glossary: Glossary = {
  users: entry(
    "Entries",
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
    "Value per entry",
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
  conversion_rate_attributed: entry(
    "Conversion rate",
    "rate",
    "Conversions attributed to the action, of entries that received it.",
    "conversions_attributed",
    "entries_reached",
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

export function action(
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
    guessed: false,
    copy,
    settings: {
      sender: "Example Shop",
      category: "Marketing",
      quiet_hours: "21:00–08:00",
      cap_per_week: 3,
    },
  };
}

export const actions: Action[] = [
  action("a1", "We miss you", "email", null, null, 0),
  action("a2", "Reminder", "push", "a1", "not_opened", 2),
  action("a3", "Your 10 % off", "email", "a1", "opened", 1),
  action("a4", "Last chance", "push", "a2", "not_opened", 3),
  action("a5", "Welcome back", "in_app", "a3", "clicked", 0),
  action("a6", "Survey", "email", "a4", "opened", 7),
];

export const reached: Record<string, [number, number]> = {
  a1: [24118, 1204],
  a2: [13492, 611],
  a3: [9870, 1377],
  a4: [8288, 243],
  a5: [6640, 908],
  a6: [0, 0],
};

export const campaign: Campaign = {
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

export const flow: Flow = {
  held_back: 1207,
  arms: [
    armOf(null, "Everybody", 1, actions, reached),
    armOf("A", "A, control", 0.497, actions, reached),
    armOf("B", "B", 0.503, actions, reached),
  ],
};
