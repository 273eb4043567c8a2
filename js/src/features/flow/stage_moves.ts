// How the flow is moved and zoomed by hand, before anything is drawn anew.

export const limits = {
  least: 0.04,
  most: 1.6,
  widest: 1.2,
  middle: 0.84,
  lean: 0.75,
  far: 0.66,
  tiny: 0.42,
  dots: 0.24,
};

export interface Drawn {
  width: number;
  height: number;
  isCompact: boolean;
}

export function drag(box: HTMLElement, signal: AbortSignal): void {
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

/** Zooming with Ctrl and the wheel, or a pinch on a touchpad, which arrives as that; a plain wheel scrolls the page. */
export function zoomOnWheel(
  box: HTMLElement,
  signal: AbortSignal,
  zoom: (factor: number, at: { x: number; y: number }) => void,
): void {
  box.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const own = box.getBoundingClientRect();
      const at = { x: event.clientX - own.left, y: event.clientY - own.top };
      zoom(Math.exp(-event.deltaY / 400), at);
    },
    { signal, passive: false },
  );
}

/** Where two fingers are: the middle between them, and how far apart. */
function between([one, other]: Touch[], box: HTMLElement): { x: number; y: number; apart: number } {
  const own = box.getBoundingClientRect();
  const [a, b] = [one, other].map((at) => ({
    x: (at?.clientX ?? 0) - own.left,
    y: (at?.clientY ?? 0) - own.top,
  })) as [{ x: number; y: number }, { x: number; y: number }];
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) };
}

/** Two fingers zoom the flow about the point between them, and move it with that; a single one scrolls as everywhere. */
export function zoomOnPinch(
  box: HTMLElement,
  signal: AbortSignal,
  zoom: (factor: number, at: { x: number; y: number }) => void,
): void {
  let before: { x: number; y: number; apart: number } | null = null;
  const begin = ({ touches }: TouchEvent): void => {
    before = touches.length === 2 ? between([...touches], box) : null;
  };
  const move = (event: TouchEvent): void => {
    if (!before || event.touches.length !== 2) return;
    // Else it is the page that is zoomed.
    event.preventDefault();
    const now = between([...event.touches], box);
    box.scrollBy(before.x - now.x, before.y - now.y);
    if (before.apart > 0) zoom(now.apart / before.apart, now);
    before = now;
  };
  box.addEventListener("touchstart", begin, { signal, passive: true });
  for (const name of ["touchend", "touchcancel"] as const)
    box.addEventListener(name, begin, { signal });
  box.addEventListener("touchmove", move, { signal, passive: false });
}

/** How long after the last turn of a wheel words are set anew, in ms. */
const atRest = 120;

/**
 * Zooms as the wheel turns: at first what is drawn is made larger or smaller as it is, which hundreds of cards can be in one
 * frame; when the wheel rests, `settle` has words and details follow.
 */
export function wheelZoom(
  box: HTMLElement,
  drawn: { current: Drawn & { scale: number } },
  settle: (scale: number, scroll: (box: HTMLElement) => void) => void,
): { turn: (factor: number, at: { x: number; y: number }) => void; end: () => void } {
  const space = box.firstElementChild as HTMLElement | null;
  const stage = space?.firstElementChild as HTMLElement | null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let now: number | null = null;
  const show = (scale: number | null): void => {
    const { width, height } = drawn.current;
    const set = (element: HTMLElement | null, name: string, value: string): void =>
      element?.style.setProperty(name, scale === null ? "" : value);
    set(space, "width", `${width * (scale ?? 1)}px`);
    set(space, "height", `${height * (scale ?? 1)}px`);
    set(stage, "transform", `scale(${scale})`);
  };
  const rest = (): void => {
    const [scale, left, top] = [now, box.scrollLeft, box.scrollTop];
    now = null;
    if (scale === null) return;
    settle(scale, () => {
      show(null);
      box.scrollTo(left, top);
    });
  };
  return {
    turn: (factor, { x, y }) => {
      const before = now ?? drawn.current.scale;
      now = Math.min(limits.most, Math.max(limits.least, before * factor));
      const [left, top] = [(box.scrollLeft + x) / before, (box.scrollTop + y) / before];
      show(now);
      box.scrollTo(left * now - x, top * now - y);
      clearTimeout(timer);
      timer = setTimeout(rest, atRest);
    },
    end: () => clearTimeout(timer),
  };
}
