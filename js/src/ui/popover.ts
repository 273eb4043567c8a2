import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { useView } from "./view";

const edge = 8;

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
    const [own, room] = [pop.getBoundingClientRect(), root.getBoundingClientRect()];
    // Rather over its button than out of sight.
    pop.style.marginLeft = `${-Math.max(0, own.right - room.right + edge)}px`;
    pop.style.marginTop = `${-Math.min(Math.max(0, own.top - room.top - edge), Math.max(0, own.bottom - room.bottom + edge))}px`;
    const life = new AbortController();
    const outside = (event: Event): void => {
      if (box.current && !event.composedPath().includes(box.current)) close(false);
    };
    const closeOnEscape = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close(true);
    };
    root.ownerDocument.addEventListener("pointerdown", outside, {
      capture: true,
      signal: life.signal,
    });
    box.current.addEventListener("keydown", closeOnEscape, { signal: life.signal });
    return () => life.abort();
  }, [open]);
}
