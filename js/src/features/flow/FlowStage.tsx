// Zoom and pan of the flow. The box scrolls natively, so that touch, keyboard and focus work; a drag scrolls it too.

import type { JSX, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Mark } from "../../ui/icons";
import { Group } from "../../ui/regions";

const limits = {
  least: 0.12,
  most: 1.6,
  widest: 1.2,
  readable: 0.55,
  middle: 0.84,
  far: 0.66,
  tiny: 0.42,
};

/** Zoomed out, cards show their words and numbers larger, and then leave words out. */
function detailAt(scale: number): string {
  if (scale < limits.tiny) return "rw-far rw-tiny";
  if (scale < limits.far) return "rw-far";
  return scale < limits.middle ? "rw-middle" : "";
}

export interface Stage {
  ref: RefObject<HTMLDivElement | null>;
  scale: number;
  /** The height of the box, in pixels: that of the flow at first. Zooming does not change it. */
  frame: number;
  /** Class names for the level of detail. */
  detail: string;
  zoom: (factor: number) => void;
  fit: () => void;
  /** Choose a first scale for a new layout and bring its top into view. */
  reveal: () => void;
}

const mostFrame = 760;

function drag(box: HTMLElement, signal: AbortSignal): void {
  let from: { x: number; y: number; left: number; top: number } | null = null;
  box.addEventListener(
    "pointerdown",
    (event) => {
      // Touch scrolls by itself; a press on a card is a press on the card.
      if (
        event.pointerType === "touch" ||
        event.button !== 0 ||
        (event.target as Element).closest("button")
      )
        return;
      from = { x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop };
      box.setPointerCapture(event.pointerId);
      box.classList.add("rw-dragging");
    },
    { signal },
  );
  box.addEventListener(
    "pointermove",
    (event) => {
      if (!from) return;
      box.scrollLeft = from.left - (event.clientX - from.x);
      box.scrollTop = from.top - (event.clientY - from.y);
    },
    { signal },
  );
  for (const name of ["pointerup", "pointercancel"] as const) {
    box.addEventListener(
      name,
      () => {
        from = null;
        box.classList.remove("rw-dragging");
      },
      { signal },
    );
  }
}

interface Drawn {
  width: number;
  height: number;
  focus: number;
  room: number;
  isCompact: boolean;
}

/** `focus` is the x that a first look centres on: where the flow begins. `frame` follows the box's width. */
export function useStage(
  ref: RefObject<HTMLDivElement | null>,
  { width, height, focus, room: wide, isCompact }: Drawn,
): Stage {
  const [scale, setScale] = useState(1);
  const [touched, setTouched] = useState(false);
  const size = useRef({ width, height, focus });
  size.current = { width, height, focus };

  const room = (): { width: number; height: number } => ({
    width: (ref.current?.clientWidth || size.current.width) - 2,
    height: (ref.current?.clientHeight || size.current.height) - 12,
  });
  const first = (): number => {
    // Compact cards are drawn larger where there is room for that, but not for full ones.
    const most = isCompact ? limits.widest : 1;
    return Math.max(limits.readable, Math.min(most, room().width / size.current.width));
  };
  const centre = (at: number): void => {
    const box = ref.current;
    if (box) box.scrollLeft = size.current.focus * at - box.clientWidth / 2;
  };
  const reveal = (): void => {
    const scale = first();
    setTouched(false);
    setScale(scale);
    requestAnimationFrame(() => centre(scale));
  };
  const fit = (): void => {
    const box = room();
    setTouched(true);
    setScale(
      Math.max(
        limits.least,
        Math.min(1, box.width / size.current.width, box.height / size.current.height),
      ),
    );
  };
  const zoom = (factor: number): void => {
    const box = ref.current;
    setTouched(true);
    setScale((before) => {
      const after = Math.min(limits.most, Math.max(limits.least, before * factor));
      if (box) {
        // Keep what stands in the middle in the middle.
        const x = ((box.scrollLeft + box.clientWidth / 2) / before) * after - box.clientWidth / 2;
        const y = ((box.scrollTop + box.clientHeight / 2) / before) * after - box.clientHeight / 2;
        requestAnimationFrame(() => box.scrollTo(x, y));
      }
      return after;
    });
  };

  const live = useRef({ zoom });
  live.current = { zoom };
  // Another width is another first look: what begins the flow is in the middle again.
  useEffect(() => {
    if (touched || wide === 0) return;
    setScale(first());
    requestAnimationFrame(() => centre(first()));
  }, [wide]);
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const life = new AbortController();
    drag(box, life.signal);
    box.addEventListener(
      "wheel",
      (event) => {
        // A plain wheel scrolls the page; with Ctrl (or a pinch, which arrives as that) it zooms.
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        live.current.zoom(Math.exp(-event.deltaY / 400));
      },
      { signal: life.signal, passive: false },
    );
    return () => life.abort();
  }, []);
  const frame = Math.min(mostFrame, Math.ceil(height * first())) + 12;
  return { ref, scale, frame, detail: detailAt(scale), zoom, fit, reveal };
}

export function ZoomTools({ stage }: { stage: Stage }): JSX.Element {
  return (
    <Group class="rw-zoom" label="Zoom">
      <button
        type="button"
        class="rw-iconbutton"
        aria-label="Zoom out"
        title="Zoom out"
        onClick={() => stage.zoom(1 / 1.25)}
      >
        <Mark name="minus" />
      </button>
      <button
        type="button"
        class="rw-iconbutton"
        aria-label="Zoom in"
        title="Zoom in"
        onClick={() => stage.zoom(1.25)}
      >
        <Mark name="plus" />
      </button>
      <button
        type="button"
        class="rw-iconbutton"
        aria-label="Show the whole flow"
        title="Show the whole flow"
        onClick={stage.fit}
      >
        <Mark name="fit" />
      </button>
    </Group>
  );
}
