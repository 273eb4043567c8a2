// The notes of a chart: which of its intervals each stands on, and what fits above the plot.
import { sendLines } from "../../../../src/results_widgets/_shared/chart.json";
import { isoDay } from "../../ui/time";
import type { Note } from "../../wire/annotations";
import type { SeriesRow } from "../../wire/chart";

/** The notes of one interval. */
export interface Noted {
  /** Its start, in ms. */
  time: number;
  /** Its start, in words. */
  start: string;
  notes: Note[];
}

/** A note, or some that would meet, as they stand above the plot. */
export interface Flag {
  /** In pixels of the chart's box: where the first one stands. */
  x: number;
  /** Where the words begin. */
  left: number;
  width: number;
  /** The words stand before the line, and end at it. */
  before: boolean;
  label: string;
  /** All that is noted, line by line. */
  tip: string;
}

const hour = 3_600_000;
/** Past midnight of the eighth day, also where clocks change. */
const week = (7 * 24 + 2) * hour;
/** Letters are narrower on average; a face may be wider. */
const letter = 6.6;
const triangle = 12;
const widest = 150;
const most = Math.floor((widest - triangle) / letter);
const gap = 8;

/** Is an instant within the interval that starts at another one? */
function isIn(at: number, start: number, every: string, zone: string): boolean {
  if (at < start) return false;
  if (every === "1h") return at < start + hour;
  const [day, first] = [isoDay(at, zone), isoDay(start, zone)];
  if (every === "1w") return day < isoDay(start + week, zone);
  return every === "1mo" ? day.slice(0, 7) === first.slice(0, 7) : day === first;
}

/** Notes by the intervals that they stand on; those of other days than the chart's are left out. */
export function notedIntervals(
  notes: Note[],
  rows: SeriesRow[],
  every: string,
  zone: string,
): Noted[] {
  if (notes.length === 0) return [];
  const starts = new Map(rows.map((row) => [row.time_ms, row.start]));
  const times = [...starts.keys()].sort((a, b) => a - b);
  const found = new Map<number, Noted>();
  for (const note of notes) {
    const time = times.filter((one) => one <= note.at).at(-1);
    if (time === undefined || !isIn(note.at, time, every, zone)) continue;
    const noted = found.get(time) ?? { time, start: starts.get(time) ?? "", notes: [] };
    noted.notes.push(note);
    found.set(time, noted);
  }
  return [...found.values()].sort((a, b) => a.time - b.time);
}

const onlySends = ({ notes }: Noted): boolean => notes.every(({ kind }) => kind === "first");

/** The intervals whose notes have a line. Those of many first sends would hatch the plot: a triangle stands for them. */
export function lined(all: Noted[]): Noted[] {
  return all.filter(onlySends).length > sendLines ? all.filter((one) => !onlySends(one)) : all;
}

export const texts = (noted: Noted | undefined): string[] =>
  noted?.notes.map(({ text }) => text) ?? [];

/** Somebody's own words before what the campaign tells, and the number of the others. */
function labelOf(all: Noted[]): string {
  const notes = all.flatMap((one) => one.notes);
  const first = notes.find(({ kind }) => kind === "own") ?? notes[0];
  if (notes.length > 1 && first?.kind !== "own") return `${notes.length} notes`;
  const [text, more] = [[...(first?.text ?? "")], notes.length > 1 ? ` +${notes.length - 1}` : ""];
  const room = most - more.length;
  // The number stays where the text is cut.
  return (
    (text.length > room
      ? `${text
          .slice(0, room - 1)
          .join("")
          .trim()}…`
      : text.join("")) + more
  );
}

function flagOf(x: number, all: Noted[], wide: number): Flag {
  const label = labelOf(all);
  const width = Math.min(widest, wide, triangle + letter * label.length);
  const tip = all.flatMap((one) => [one.start, ...texts(one)]).join("\n");
  // Left of its line where there is no room at the right.
  const before = x - 4 + width > wide;
  const left = before ? Math.max(0, Math.min(x + 4, wide) - width) : Math.max(0, x - 4);
  return { x, left, width, before, label, tip };
}

/** What stands above a plot: notes that would meet are one. `xs` are their places in a box `wide` pixels wide. */
export function flags(all: Noted[], xs: number[], wide: number): Flag[] {
  const found: { x: number; of: Noted[]; flag: Flag }[] = [];
  all.forEach((noted, at) => {
    const x = xs[at] ?? 0;
    let own = { x, of: [noted], flag: flagOf(x, [noted], wide) };
    // What was joined may reach further back than either did.
    for (
      let before = found.at(-1);
      before && before.flag.left + before.flag.width + gap > own.flag.left;
      before = found.at(-1)
    ) {
      const of = [...before.of, ...own.of];
      own = { x: before.x, of, flag: flagOf(before.x, of, wide) };
      found.pop();
    }
    found.push(own);
  });
  return found.map(({ flag }) => flag);
}
