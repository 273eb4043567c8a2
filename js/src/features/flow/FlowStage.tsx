// Zoom and pan of the flow. The box scrolls natively, so that touch, keyboard and focus work; a drag scrolls it too.

import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Mark } from "../../ui/icons";
import { useKept } from "../../ui/kept";
import { usePaper } from "../../ui/paper";
import { Group } from "../../ui/regions";
import { type Drawn, drag, limits, wheelZoom, zoomOnPinch, zoomOnWheel } from "./stage_moves";

/** From which scales on a card's name has two lines, and one, above all its numbers. */
export const scales = [limits.lean, limits.far] as const;

/** Zoomed out, cards show their words and numbers larger, and then leave words out: a name and a number stay longest. */
function detailAt(scale: number): string {
  if (scale < limits.dots) return "rw-far rw-tiny rw-dots";
  if (scale < limits.tiny) return "rw-far rw-tiny";
  if (scale < limits.far) return "rw-far";
  if (scale < limits.lean) return "rw-middle rw-lean";
  return scale < limits.middle ? "rw-middle" : "";
}

export interface Stage {
  ref: RefObject<HTMLDivElement | null>;
  scale: number;
  /** The height of the box, in pixels: that of the flow at first. Zooming does not change it. */
  frame: number;
  /** Class names for the level of detail. */
  detail: string;
  /** Some of the flow is outside of its box. */
  isCut: boolean;
  zoom: (factor: number) => void;
  fit: () => void;
  /** Choose a first scale for a new layout and bring its top into view; the scale that was zoomed to may stay. */
  reveal: (again: boolean) => void;
  /** What is drawn next leaves this card where it is on screen. */
  hold: (card: string) => void;
}

const mostFrame = 760;
const edges = { across: 2, down: 12 };
/** Of a sheet that a screen is printed on: its styles then fit the flow to it. */
const sheet: Room = { width: 970, height: 1250 };

/** What there is for a flow; a width of 0 is not known yet. */
export interface Room {
  width: number;
  height: number;
}

/** The room that a flow's frame gives it: as high as the frame is where that stands beside others, else as it may become. */
export function useFrameRoom(ref: RefObject<HTMLElement | null>): Room {
  const paper = usePaper();
  const [room, setRoom] = useState<Room>({ width: 0, height: mostFrame });
  useLayoutEffect(() => {
    const frame = ref.current;
    if (!frame) return;
    const look = (): void => {
      // Hidden it keeps its last size.
      if (frame.clientWidth === 0) return;
      const isGiven = Number(getComputedStyle(frame).flexGrow) > 0;
      const next = {
        width: frame.clientWidth,
        height: isGiven ? frame.clientHeight - edges.down : mostFrame,
      };
      setRoom((before) =>
        before.width === next.width && Math.abs(before.height - next.height) < edges.down
          ? before
          : next,
      );
    };
    look();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(look);
    observer.observe(frame);
    return () => observer.disconnect();
  }, []);
  return paper === "printed" ? sheet : room;
}

/** The scale at which all of a flow is seen. */
export function firstScale({ width, height, isCompact }: Drawn, room: Room): number {
  // Compact cards are drawn larger where there is room for that, but not for full ones.
  const most = isCompact ? limits.widest : 1;
  const across = room.width > 0 ? (room.width - edges.across) / width : most;
  return Math.max(limits.least, Math.min(most, across, room.height / height));
}

interface Staged extends Drawn {
  /** The x that a first look centres on: where the flow begins. */
  focus: number;
  room: Room;
  /** Cards were opened or folded one by one: neither the scale nor the frame changes for them. */
  held: boolean;
}

export function useStage(ref: RefObject<HTMLDivElement | null>, staged: Staged): Stage {
  const { width, height, focus, room, isCompact, held } = staged;
  const first = firstScale(staged, room);
  // Null until it was zoomed: then it follows the room and the layout.
  const paper = usePaper();
  const [chosen, setZoomed] = useKept<number | null>("zoom", null);
  const zoomed = paper ? null : chosen;
  const [, redraw] = useState(0);
  const kept = useRef<{ of: string; scale: number; frame: number } | null>(null);
  const of = `${room.width} ${room.height}`;
  if (!held || kept.current?.of !== of) {
    const frame = Math.min(mostFrame, Math.ceil(height * first)) + edges.down;
    kept.current = { of, scale: first, frame };
  }
  const { frame } = kept.current;
  const scale = zoomed ?? kept.current.scale;
  // What is to be scrolled once the next drawing is in the document: before, there may be no room to scroll to.
  const after = useRef<((box: HTMLElement) => void) | null>(null);
  const drawn = useRef({ width, height, isCompact, focus, scale });
  drawn.current = { width, height, isCompact, focus, scale };
  const centre = (box: HTMLElement): void =>
    box.scrollTo(drawn.current.focus * drawn.current.scale - box.clientWidth / 2, 0);
  useLayoutEffect(() => {
    const [box, scroll] = [ref.current, after.current];
    after.current = null;
    if (box) scroll?.(box);
  });
  // Another width is another first look: what begins the flow is in the middle again.
  useLayoutEffect(() => {
    if (ref.current && zoomed === null) centre(ref.current);
  }, [room.width]);
  const zoomTo = (next: number): void => {
    const box = ref.current;
    const to = Math.min(limits.most, Math.max(limits.least, next));
    if (box) {
      // Keep what stands in the middle in the middle.
      const [x, y] = [box.clientWidth / 2, box.clientHeight / 2];
      const [left, top] = [(box.scrollLeft + x) / scale, (box.scrollTop + y) / scale];
      after.current = () => box.scrollTo(left * to - x, top * to - y);
    }
    setZoomed(to);
  };
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const life = new AbortController();
    drag(box, life.signal);
    const wheel = wheelZoom(box, drawn, (to, scroll) => {
      after.current = scroll;
      setZoomed(to);
    });
    zoomOnWheel(box, life.signal, wheel.turn);
    zoomOnPinch(box, life.signal, wheel.turn);
    life.signal.addEventListener("abort", wheel.end);
    return () => life.abort();
  }, []);
  const down = Math.max(frame, room.height === mostFrame ? 0 : room.height + edges.down);
  return {
    ref,
    scale,
    frame,
    detail: detailAt(scale),
    isCut: room.width > 0 && (width * scale > room.width || height * scale > down),
    zoom: (factor) => zoomTo(scale * factor),
    fit: () => {
      const box = ref.current;
      const across = ((box?.clientWidth || width) - edges.across) / width;
      const high = box?.parentElement?.clientHeight || height;
      zoomTo(Math.min(1, across, (high - edges.down) / height));
    },
    reveal: (again) => {
      after.current = centre;
      kept.current = null;
      if (again) setZoomed(null);
      redraw((count) => count + 1);
    },
    hold: (card) => {
      const find = (): DOMRect | undefined =>
        ref.current?.querySelector(`[data-card="${CSS.escape(card)}"]`)?.getBoundingClientRect();
      const before = find();
      after.current = (box) => {
        const now = find();
        if (before && now) box.scrollBy(now.left - before.left, now.top - before.top);
      };
    },
  };
}

export function ZoomTools({ stage }: { stage: Stage }): JSX.Element {
  return (
    <Group class="rw-zoom" label="Zoom">
      <button
        type="button"
        class="rw-iconbutton"
        aria-label="Zoom out"
        data-tip="Zoom out (−)"
        onClick={() => stage.zoom(1 / 1.25)}
      >
        <Mark name="minus" />
      </button>
      <button
        type="button"
        class="rw-iconbutton"
        aria-label="Zoom in"
        data-tip="Zoom in (+)"
        onClick={() => stage.zoom(1.25)}
      >
        <Mark name="plus" />
      </button>
      <button
        type="button"
        class="rw-iconbutton"
        aria-label="Show the whole flow"
        data-tip="Show the whole flow (0)"
        onClick={stage.fit}
      >
        <Mark name="fit" />
      </button>
    </Group>
  );
}
