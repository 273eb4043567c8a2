// Many controls as one stop of the Tab key: arrows move between them, as they lie on the screen.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const controls = "button:not(:disabled), summary";

const directions: Record<string, [x: number, y: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const middle = (one: Element): [number, number] => {
  const { left, top, width, height } = one.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
};

/** The nearest control in a direction; what lies aside counts as twice as far. */
function nearest(all: HTMLElement[], from: Element, [x, y]: [number, number]): HTMLElement | null {
  const [fromX, fromY] = middle(from);
  let best: HTMLElement | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const one of all) {
    const [toX, toY] = middle(one);
    const ahead = (toX - fromX) * x + (toY - fromY) * y;
    const aside = Math.abs((toX - fromX) * y) + Math.abs((toY - fromY) * x);
    const way = ahead + 2 * aside;
    if (one === from || ahead < 4 || way >= least) continue;
    [best, least] = [one, way];
  }
  return best;
}

/** Let Tab stop once at a box, at the control that had the focus last; the arrow keys, Home and End move within. */
export function useRoving(ref: RefObject<HTMLElement | null>, on: boolean): void {
  const current = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box || !on) return;
    const life = new AbortController();
    const { signal } = life;
    const all = (): HTMLElement[] =>
      [...box.querySelectorAll<HTMLElement>(controls)].filter(
        (one) => one.checkVisibility?.() !== false,
      );
    const stop = (): void => {
      const found = all();
      if (!current.current || !found.includes(current.current)) current.current = found[0] ?? null;
      for (const one of found) one.tabIndex = one === current.current ? 0 : -1;
    };
    const move = (event: KeyboardEvent): void => {
      const found = all();
      const from = (event.target as Element).closest<HTMLElement>(controls);
      if (!from || !found.includes(from)) return;
      const way = directions[event.key];
      const to = way ? nearest(found, from, way) : { Home: found[0], End: found.at(-1) }[event.key];
      if (!to) return;
      event.preventDefault();
      to.focus();
    };
    stop();
    box.addEventListener(
      "focusin",
      ({ target }) => {
        current.current = (target as Element).closest<HTMLElement>(controls);
        stop();
      },
      { signal },
    );
    box.addEventListener("keydown", move, { signal });
    const changes = new MutationObserver(stop);
    changes.observe(box, { childList: true, subtree: true, attributeFilter: ["open", "disabled"] });
    return () => {
      life.abort();
      changes.disconnect();
    };
  }, [on]);
}
