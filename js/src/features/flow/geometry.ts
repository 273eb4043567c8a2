// The measures of the flow, in pixels. The drawing without a browser (report/flow_layout.py) reads the same file.

import measures from "../../../../src/results_widgets/_shared/flow_layout.json";
import type { FlowNode } from "../../wire/flow";
import type { Point } from "./path";

export interface Size {
  width: number;
  height: number;
}

/** card and entry: sizes. gap: between cards. route: how a conversion line leaves its card (at its
    side, or below it where `join` is 0) and turns. */
export interface Measures {
  card: Size;
  entry: Size;
  gap: Record<"column" | "belowEntry" | "row" | "aboveLines" | "belowLines", number>;
  route: Record<"exit" | "bend" | "innerBend" | "join" | "quarter", number>;
  margin: Record<"gutter" | "right" | "aboveTotal" | "belowTotal" | "label", number>;
  stroke: Record<"edge" | "conversions" | "thin" | "allThin", number>;
}

/** Cards with all their words, and cards of which twice as many stand beside one another. */
export const full: Measures = measures;
export const compact: Measures = measures.compact;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface CardBox extends Box {
  id: string;
  node: FlowNode;
  depth: number;
}

/** From a card, or from the entry (null), to a card sent after it. */
export interface EdgeLine {
  source: string | null;
  target: string;
  d: string;
  points: Point[];
  width: number;
  share: number | null;
  users: number | null;
  drop_off: number | null;
  /** Nothing has been sent along it yet. */
  idle: boolean;
  label: Point;
  from: Point;
  to: Point;
}

/** One card's conversions on their whole way to the total. Lines lie side by side, so that together they add up. */
export interface ConversionLine {
  id: string;
  d: string;
  points: Point[];
  width: number;
}

/** A row of cards. Its conversion lines run in a corridor below it, those of the last card straight to the right. */
export interface CardRow {
  top: number;
  /** Height of the corridor. */
  corridor: number;
  /** Ids from left to right. */
  ids: string[];
}

/** All conversions of a row of cards, and where the number stands. */
export interface RowSum {
  count: number;
  x: number;
  y: number;
}

export interface FlowLayout {
  width: number;
  height: number;
  entry: Box;
  cards: CardBox[];
  edges: EdgeLine[];
  conversions: ConversionLine[];
  rows: RowSum[];
  total: Point;
}
