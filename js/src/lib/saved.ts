// What a saved page carries, as src/results_widgets/report/page.py packs it: looks at the data, each computed beforehand, and
// the values of their lines, each series once.
import type { SeriesRow } from "./frame";
import type { ChartKey, ChartState, Selection, Wire } from "./wire";

export type State = Partial<Record<keyof Wire, unknown>>;
/** A place in the pool, or two for a ratio. */
export type Reference = number | [top: number, bottom: number];
type Place = [start: number, size: number];
type Values = (number | null)[];
type Packed =
  | Values
  | { steps: number[] }
  | { sum: number }
  | { part: number; from: number; length: number };

/** A chart without its line: `axis` names its times, and from the row `open` on its numbers may still grow. */
export interface Model {
  chart: ChartState;
  axis: number;
  open: number;
}

export interface Block {
  every: string;
  cumulative: boolean;
  /** The end of its titles. */
  words: string;
  lines: Record<string, Reference>;
  /** Why lines of users are none of them; empty where they are. */
  missing: string;
  models: Model[];
}

export interface Look {
  selection: Partial<Selection>;
  state: Pick<Wire, "_options" | "_status" | "_flow" | "_glossary" | "_campaign"> & State;
  metrics: Place;
  blocks: Block[];
  /** Lines that are kept as they are: those broken down by a column. */
  whole: { chart: ChartState; series: Place }[];
  /** Lines whose days add up: counts, sums, and rates of these. */
  adds: string[];
  /** How many users had something on a last day, and what they had before on a day before (below 0: nothing). */
  cells: Record<string, { last: number[]; before: number[]; users: number[]; first?: number[] }>;
}

export interface Saved {
  modules: Record<string, Place>;
  names: Record<string, [label: string, model: number]>;
  axes: { time_ms: number[]; start: string[] }[];
  pool: Packed[];
  selection: Selection;
  locked: boolean;
  looks: Look[];
}

export interface Unpacked {
  page: Saved;
  cut: (place: Place) => Uint8Array;
  text: (place: Place) => string;
}

/** Unzip: the length of the JSON, the JSON, and the bytes it names by place and size. */
export async function unpack(base64: string): Promise<Unpacked> {
  const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const page = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Saved;
  const cut = ([start, size]: Place): Uint8Array =>
    bytes.slice(4 + length + start, 4 + length + start + size);
  return { page, cut, text: (place) => new TextDecoder().decode(cut(place)) };
}

export const runningTotal = (values: Values): number[] => {
  let sum = 0;
  return values.map((value) => (sum += value ?? 0));
};

export const ratio = (top: number | null, bottom: number | null): number | null =>
  top !== null && bottom !== null && bottom > 0 ? top / bottom : null;

/** The pool's series by their place, unfolded when first asked for. */
export class Pool {
  #entries: Packed[];
  #known = new Map<number, Values>();

  constructor(entries: Packed[]) {
    this.#entries = entries;
  }

  read(place: number): Values {
    const known = this.#known.get(place) ?? this.#unfold(this.#entries[place]!);
    this.#known.set(place, known);
    return known;
  }

  values(reference: Reference): Values {
    if (!Array.isArray(reference)) return this.read(reference);
    const [top, bottom] = reference.map((place) => this.read(place)) as [Values, Values];
    return top.map((value, at) => ratio(value, bottom[at] ?? null));
  }

  #unfold(entry: Packed): Values {
    if (Array.isArray(entry)) return entry;
    if ("steps" in entry) return runningTotal(entry.steps);
    if ("sum" in entry) return runningTotal(this.read(entry.sum));
    return this.read(entry.part).slice(entry.from, entry.from + entry.length);
  }
}

/** What a line is called within a block; report/lines.py composes the same. */
export const lineName = (scope: string, owner: string, metric: string): string =>
  `${scope}|${owner}|${metric}`;

export const nameOf = ({
  action,
  channel,
  metric,
}: Pick<Selection, "action" | "channel" | "metric">): string =>
  action !== null
    ? lineName("action", action, metric)
    : channel !== null
      ? lineName("channel", channel, metric)
      : lineName("campaign", "", metric);

export const keyOf = ({
  metric,
  action,
  channel,
  every,
  cumulative,
  by,
  compare,
}: Selection): ChartKey => ({ metric, action, channel, every, cumulative, by, compare });

/** A chart and its rows as the widgets take them. */
export function drawn(
  model: Model,
  key: ChartKey,
  words: { title: string; caption?: string },
  rows: SeriesRow[],
  spec = model.chart.spec,
): State {
  const chart = { ...model.chart, ...words, key, spec: { ...spec, description: words.title } };
  return { _chart: chart, _series: rows };
}
