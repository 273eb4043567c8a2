// What stays at the top while the rest scrolls: sticky boxes, which JupyterLab's outputs would keep from sticking.
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { useView } from "./view";

/** Boxes of JupyterLab around a widget that could scroll sideways, and so count as scrollers in both directions. */
const boxes = [
  "jp-OutputArea-output",
  "jp-OutputArea-child",
  "jp-OutputArea",
  "jp-Cell-outputArea",
  "jp-Cell-outputWrapper",
];

/**
 * A sticky box sticks to the nearest box that could scroll, even to one that never does. The boxes of an output are let go
 * as long as the widget is in them: it is never wider than they are. One whose height is limited does scroll and is kept.
 */
export function freeSticking(root: HTMLElement, signal: AbortSignal): void {
  const freed: [HTMLElement, string][] = [];
  const free = (): void => {
    for (let box = root.parentElement; box; box = box.parentElement) {
      if (!boxes.some((name) => box?.classList.contains(name))) continue;
      // An output window is its own area's window, and that area what scrolls.
      if (box.parentElement?.classList.contains("jp-LinkedOutputView")) continue;
      const { overflowY, maxHeight } = getComputedStyle(box);
      if (!/auto|hidden/.test(overflowY) || maxHeight !== "none") continue;
      if (box.scrollHeight > box.clientHeight + 1) continue;
      freed.push([box, box.style.overflow]);
      box.style.overflow = "visible";
    }
  };
  free();
  // Hosts draw first and attach later.
  const attached = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(free);
  attached?.observe(root);
  signal.addEventListener("abort", () => {
    attached?.disconnect();
    for (const [box, overflow] of freed) box.style.overflow = overflow;
  });
}

/** Tell the styles how high what sticks first is, so that what sticks next stands below it. */
export function useStuck(ref: RefObject<HTMLElement | null>): void {
  const { root } = useView();
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box || typeof ResizeObserver === "undefined") return;
    const verdict = (): HTMLElement | null => root.querySelector(":scope > .rw-verdict");
    const sizes = new ResizeObserver(() => {
      root.style.setProperty("--rw-stuck", `${box.offsetHeight}px`);
      root.style.setProperty("--rw-verdict", `${verdict()?.offsetHeight ?? 0}px`);
    });
    const watch = (): void => {
      for (const one of [box, root, verdict()]) if (one) sizes.observe(one);
    };
    watch();
    // A verdict comes after the rest, and grows where the widget's height is given.
    const parts = new MutationObserver(watch);
    parts.observe(root, { childList: true });
    return () => {
      sizes.disconnect();
      parts.disconnect();
    };
  }, []);
}
