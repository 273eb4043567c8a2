// All that a widget shows, read from its model: what has not changed is the same object in the next snapshot.
import type { Note } from "./annotations";
import type { AudienceState } from "./audience";
import type { Parts } from "./breakdowns";
import type { Campaign } from "./campaign";
import type { ChartState, MissingChart, SeriesRow } from "./chart";
import type { ExperimentState } from "./experiment";
import type { Flow } from "./flow";
import { type Decode, Metrics, seriesRows } from "./frames";
import type { Glossary } from "./glossary";
import type { Highlight } from "./highlight";
import { memo } from "./memo";
import type { Model } from "./model";
import type { Options } from "./options";
import { isCountedAnew, type Selection } from "./selection";
import type { Bytes } from "./serialization";
import type { Status } from "./status";
import { defaults, type Traits } from "./traits";
import type { Trends } from "./trends";
import { nothingUnsaved, type Unsaved } from "./unsaved";
import type { KeptView } from "./views";

/** A chart, or why there is none: then the other fields are empty. */
export type ShownChart = ChartState & Partial<MissingChart>;

/** "busy": an answer is late because the kernel computes something else. "late": the host does not tell why. "lost": none will come. */
export type Link = "ok" | "busy" | "late" | "lost";

export interface Snapshot {
  campaign: Campaign;
  glossary: Glossary;
  metrics: Metrics;
  flow: Flow;
  trends: Trends;
  chart: ShownChart;
  series: SeriesRow[];
  status: Status;
  selection: Selection;
  options: Options;
  unsaved: Unsaved;
  parts: Parts;
  highlight: Highlight | null;
  audience: AudienceState;
  /** Null until the kernel was asked for it, and again when something else is selected. */
  experiment: ExperimentState | null;
  /** What is marked on the chart's days, in their order. */
  notes: Note[];
  /** What was selected, kept by name. */
  views: KeptView[];
  /** The kernel has been asked and has not answered yet. */
  waiting: boolean;
  /** The numbers are of another range, zone or rule than the one that is selected: theirs are on their way. */
  stale: boolean;
  /** There are no numbers yet. Lists of users and of campaigns have no status, and wait for nothing. */
  loading: boolean;
  /** How the kernel stands where that is worth a word: an answer takes long, or there will be none. */
  link: Link;
  standalone: boolean;
  /** Users can be asked for: there is a kernel, or there may be. */
  kernel: boolean;
  /** Nobody computes other numbers than these: what asks for others is closed. */
  fixed: boolean;
}

/** What no trait holds. */
export interface Standing {
  /** Selected here, and not written yet. */
  pending: Selection | null;
  waiting: boolean;
  link: Link;
}

const none: never[] = [];

const hasEqual = <T extends object>(one: T, other: T): boolean =>
  (Object.keys(other) as (keyof T)[]).every((name) => one[name] === other[name]);

function highlightOf(given: Partial<Highlight> | undefined): Highlight | null {
  return given?.actions && given.size !== undefined
    ? { name: "", entered: 0, actions: {}, size: 0, ...given }
    : null;
}

function chartOf(given: ShownChart | undefined): ShownChart {
  const chart = { ...defaults.chart, ...(given ?? {}) };
  return { ...chart, key: { ...defaults.chart.key, ...chart.key } };
}

/** Gives the values of traits made of what the model holds, each again only where that is another object. */
function keeping(model: Model): <T>(name: keyof Traits, make: (given: unknown) => T) => T {
  const kept = new Map<keyof Traits, { given: unknown; value: unknown }>();
  return <T>(name: keyof Traits, make: (given: unknown) => T): T => {
    const given = model.get(name);
    const last = kept.get(name);
    if (last && last.given === given) return last.value as T;
    const value = make(given);
    kept.set(name, { given, value });
    return value;
  };
}

/** Reads the model's snapshots; gives the one before where nothing is another. */
export function reader(model: Model, decode: Decode): (standing: Standing) => Snapshot {
  const keep = keeping(model);
  const filled = <T extends object>(name: keyof Traits, fallback: T): T =>
    keep(name, (given) => ({ ...fallback, ...((given as T | undefined) ?? {}) }));
  const metrics = memo((bytes) => new Metrics(decode(bytes)));
  const series = memo((bytes) => seriesRows(decode(bytes)));
  let last: Snapshot | null = null;
  return ({ pending, waiting, link }) => {
    const standalone = model.standalone === true;
    const status = filled("_status", defaults.status);
    const chosen = pending ?? filled("_selection", defaults.selection);
    const selection = last && hasEqual(last.selection, chosen) ? last.selection : chosen;
    const next: Snapshot = {
      campaign: filled("_campaign", defaults.campaign),
      glossary: filled<Glossary>("_glossary", {}),
      metrics: metrics(model.get("_metrics") as Bytes | undefined),
      flow: filled("_flow", defaults.flow),
      trends: filled<Trends>("_trends", {}),
      chart: keep("_chart", (given) => chartOf(given as ShownChart | undefined)),
      series: series(model.get("_series") as Bytes | undefined),
      status,
      selection,
      options: filled("_options", defaults.options),
      unsaved: (model.get("_unsaved") as Unsaved | undefined) ?? nothingUnsaved,
      parts: filled<Parts>("_parts", {}),
      highlight: keep("_highlight", (given) => highlightOf(given as Highlight | undefined)),
      audience: filled("_audience", defaults.audience),
      experiment: keep("_experiment", (given) =>
        (given as Partial<ExperimentState> | undefined)?.kind ? (given as ExperimentState) : null,
      ),
      notes: (model.get("_notes") as Note[] | undefined) ?? none,
      views: (model.get("_views") as KeptView[] | undefined) ?? none,
      waiting,
      stale: !standalone && status.of != null && isCountedAnew(status.of, selection),
      loading: (model.get("_status") as Partial<Status> | undefined)?.state === "computing",
      link,
      standalone,
      fixed: standalone || link === "lost",
      kernel: model.kernel !== false && link !== "lost",
    };
    last = last && hasEqual(last, next) ? last : next;
    return last;
  };
}
