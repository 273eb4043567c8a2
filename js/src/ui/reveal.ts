import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useView } from "./view";

/** After a click of this view, bring what answers it on screen; what is on screen already stays where it is. */
export function useReveal(ref: RefObject<HTMLElement | null>, what: string): void {
  const { root, store } = useView();
  const before = useRef(what);
  useEffect(() => {
    if (before.current === what) return;
    before.current = what;
    // A change from Python or from another view never scrolls the page.
    if (!store.clicked() || !ref.current) return;
    const { top, bottom } = ref.current.getBoundingClientRect();
    const page = root.ownerDocument.defaultView;
    if (!page || (top >= 0 && top + Math.min(160, bottom - top) <= page.innerHeight)) return;
    const calm = page.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
    ref.current.scrollIntoView?.({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }, [what]);
}
