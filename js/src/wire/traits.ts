// Mirrors the synced traits of src/results_widgets/widgets/results_widget.py, src/results_widgets/widgets/chart_widget.py,
// src/results_widgets/widgets/selecting_widget.py, src/results_widgets/widgets/flow_widget.py,
// src/results_widgets/widgets/segment_widget.py, src/results_widgets/widgets/audience.py and
// src/results_widgets/widgets/campaigns.py, which src/results_widgets/view_model/state.py fills.

import type { Note } from "./annotations";
import type { AudienceState } from "./audience";
import type { Parts } from "./breakdowns";
import type { Campaign } from "./campaign";
import type { CampaignChoice, CampaignsState, SharedState } from "./campaigns";
import type { ChartState, MissingChart } from "./chart";
import type { ExperimentState } from "./experiment";
import type { Flow, NextStep } from "./flow";
import type { Glossary } from "./glossary";
import type { Highlight } from "./highlight";
import type { Options } from "./options";
import type { Selection } from "./selection";
import type { Bytes } from "./serialization";
import type { Status } from "./status";
import type { Trends } from "./trends";
import type { KeptView } from "./views";

/** What Python syncs, by trait. Each widget fills the traits that it draws and leaves the others empty. */
export interface Traits {
  _campaign: Campaign;
  _glossary: Glossary;
  _metrics: Bytes;
  _flow: Flow;
  /** By action, on a page without a kernel; elsewhere the kernel is asked. */
  _next_steps?: Record<string, NextStep[]>;
  _trends: Trends;
  _chart: ChartState | MissingChart;
  _series: Bytes;
  _status: Status;
  _selection: Selection;
  _options: Options;
  _parts: Parts;
  _highlight: Highlight;
  _audience: AudienceState;
  _experiment: ExperimentState | Record<string, never>;
  /** In pixels; null where the widget is as high as what it shows. */
  _height: number | null;
  _campaigns: CampaignsState;
  _choice: CampaignChoice;
  _shared: SharedState;
  _notes: Note[];
  _views: KeptView[];
  _viewer_zone: string;
  _chart_esm: string;
  _own_id: string;
  _code: Record<string, string>;
}

/** Traits that change with what is shown. */
export const shownTraits: (keyof Traits)[] = [
  "_campaign",
  "_glossary",
  "_metrics",
  "_flow",
  "_trends",
  "_chart",
  "_series",
  "_status",
  "_selection",
  "_options",
  "_parts",
  "_highlight",
  "_audience",
  "_experiment",
  "_notes",
  "_views",
];

/** What a widget shows when a trait has not arrived yet or is left empty by a smaller widget. */
export const defaults: {
  campaign: Campaign;
  flow: Flow;
  chart: ChartState;
  status: Status;
  selection: Selection;
  options: Options;
  audience: AudienceState;
} = {
  campaign: {
    id: "",
    name: "",
    status: "",
    delivery: "",
    started_at: null,
    finished_at: null,
    goal: { events: [], mode: "single" },
    attribution_window_ms: 0,
    holdback: 0,
    on_finish: "keep_windows",
    variants: [],
    actions: [],
    channels: [],
  },
  flow: { arms: [], held_back: 0 },
  chart: {
    key: {
      metric: "",
      action: null,
      channel: null,
      every: "1d",
      cumulative: false,
      by: null,
      compare: false,
    },
    title: "",
    caption: "",
    zone_label: "",
    every: "1d",
    spec: {},
  },
  status: {
    state: "computing",
    error: null,
    newest_ms: null,
    read_ms: 0,
    stale: "good",
    zone: "UTC",
    zone_label: "UTC",
    users_with_developers: 0,
    users_without_developers: 0,
    previous_age: null,
    definitions: [],
    toolkit: "",
    code: "",
  },
  selection: {
    metric: "users",
    action: null,
    channel: null,
    range: "whole",
    start: null,
    end: null,
    every: "auto",
    cumulative: false,
    compare: false,
    by: null,
    variant: null,
    time_zone: null,
    definitions: "default",
    developers: true,
    machine_opens: true,
    clock: "event",
  },
  options: { by: [], time_zones: [], ranges: [], every: [] },
  audience: { sets: [], overlap: [], segment: null, left_out: null },
};
