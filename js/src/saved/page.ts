// What a saved page carries, as src/results_widgets/report/ packs it (page.py, lines.py, pool.py): selections computed
// beforehand, and the values of their lines, each series once.
import type { ChartState } from "../wire/chart";
import type { Selection } from "../wire/selection";
import type { Traits } from "../wire/traits";

export type State = Partial<Record<keyof Traits, unknown>>;
/** A place in the pool, or two for a ratio. */
export type SeriesRef = number | [numerator: number, denominator: number];
type Place = [start: number, size: number];
export type Values = (number | null)[];
export type PoolEntry =
  | Values
  | { steps: number[] }
  | { sum: number }
  | { part: number; from: number; length: number };

/** A chart without its line: `axis` names its times, and from the row `open` on its numbers may still grow. */
export interface ChartTemplate {
  chart: ChartState;
  axis: number;
  open: number;
}

/** All lines of one interval. */
export interface SeriesBlock {
  every: string;
  cumulative: boolean;
  /** The end of its titles. */
  words: string;
  lines: Record<string, SeriesRef>;
  /** Why there are no lines of users; empty where there are. */
  missing: string;
  /** What open intervals may become, by line: their places, and the ends of a 95 % interval. */
  forecasts?: Record<string, [place: number, low: number, high: number][]>;
  models: ChartTemplate[];
}

/** How many users had something on a last day, and what they had before on a day before (below 0: nothing). */
export interface UserCells {
  last: number[];
  before: number[];
  users: number[];
  /** The first day of what they had at once, where that is more than one. */
  first?: number[];
}

/** A selection that was computed beforehand. */
export interface SavedView {
  selection: Partial<Selection>;
  state: Pick<Traits, "_options" | "_status" | "_flow" | "_glossary" | "_campaign"> & State;
  metrics: Place;
  blocks: SeriesBlock[];
  /** Lines that are saved whole: breakdowns by a column. */
  whole: { chart: ChartState; series: Place }[];
  /** Lines whose days add up: counts, sums, and rates of these. */
  adds: string[];
  /** By line. */
  cells: Record<string, UserCells>;
}

export interface Axis {
  time_ms: number[];
  start: string[];
}

export interface Page {
  modules: Record<string, Place>;
  /** By line: its title without the interval, and the chart that draws it. */
  names: Record<string, [label: string, model: number]>;
  axes: Axis[];
  pool: PoolEntry[];
  selection: Selection;
  locked: boolean;
  looks: SavedView[];
}

export interface Unpacked {
  page: Page;
  cut: (place: Place) => Uint8Array;
  text: (place: Place) => string;
}

/** Unzip: the length of the JSON, the JSON, and the bytes it names by place and size. */
export async function unpack(base64: string): Promise<Unpacked> {
  const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const page = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Page;
  const cut = ([start, size]: Place): Uint8Array =>
    bytes.slice(4 + length + start, 4 + length + start + size);
  return { page, cut, text: (place) => new TextDecoder().decode(cut(place)) };
}
