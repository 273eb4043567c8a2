import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** How wide a box is; 0 until it is known. A box that is hidden keeps its last width. */
export function useRoom(ref: RefObject<HTMLElement | null>): number {
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const look = (): void => {
      if (box.clientWidth > 0) setRoom(box.clientWidth);
    };
    look();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(look);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return room;
}
