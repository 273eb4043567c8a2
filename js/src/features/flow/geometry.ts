// The measures of the flow, in pixels. The drawing without a browser (report/flow_layout.py) reads the same file.
import type { FlowNode } from "../../wire/flow";
import type { Point } from "./path";

/** card and entry: sizes. gap: between cards. route: how a conversion line leaves its card and turns. */
export {
  card,
  entry,
  gap,
  margin,
  route,
  stroke,
} from "../../../../src/results_widgets/_shared/flow_layout.json";

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

export interface FlowLayout {
  width: number;
  height: number;
  entry: Box;
  cards: CardBox[];
  edges: EdgeLine[];
  conversions: ConversionLine[];
  total: Point;
}
