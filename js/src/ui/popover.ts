import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { useView } from "./view";

/** From the edge of the widget. */
export const edge = 8;

export const between = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(value, most));

/** What every open popover does: it stays within the widget, and goes when one presses elsewhere or Escape. */
export function usePopover(
  box: RefObject<HTMLElement | null>,
  open: boolean,
  close: (focus: boolean) => void,
): void {
  const { root } = useView();
  useEffect(() => {
    const pop = box.current?.querySelector<HTMLElement>(".rw-pop");
    if (!open || !box.current || !pop) return;
    // Rather over its button than out of sight, also where the page becomes narrower.
    const place = (): void => {
      pop.style.translate = "";
      const [own, room] = [pop.getBoundingClientRect(), root.getBoundingClientRect()];
      const x = between(own.left, room.left + edge, room.right - edge - own.width) - own.left;
      const y = between(own.top, room.top + edge, room.bottom - edge - own.height) - own.top;
      pop.style.translate = `${x}px ${y}px`;
    };
    place();
    const life = new AbortController();
    const outside = (event: Event): void => {
      if (box.current && !event.composedPath().includes(box.current)) close(false);
    };
    const closeOnEscape = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close(true);
    };
    window.addEventListener("resize", place, { signal: life.signal });
    root.ownerDocument.addEventListener("pointerdown", outside, {
      capture: true,
      signal: life.signal,
    });
    box.current.addEventListener("keydown", closeOnEscape, { signal: life.signal });
    return () => life.abort();
  }, [open]);
}
