// Which keys stay inside a widget. A notebook would scroll, select another cell or delete one, on what was meant for a card.

const directions: Record<string, [x: number, y: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** How far a key scrolls, in pixels. */
const step = 40;

/** Controls in which arrow keys move something themselves. */
const movesItself = "input, select, textarea, [contenteditable]";

const hasRoom = (at: number, shown: number, all: number, step: number): boolean =>
  step < 0 ? at > 0 : step > 0 && Math.ceil(at + shown) + 1 < all;

/** The box between the target and the root that can still be scrolled that way; null where none can. */
function scroller(target: Element, root: HTMLElement, [x, y]: [number, number]): Element | null {
  for (let box: Element | null = target; box && box !== root; box = box.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(box);
    const [across, down] = [/auto|scroll/.test(overflowX), /auto|scroll/.test(overflowY)];
    if (across && hasRoom(box.scrollLeft, box.clientWidth, box.scrollWidth, x)) return box;
    if (down && hasRoom(box.scrollTop, box.clientHeight, box.scrollHeight, y)) return box;
  }
  return null;
}

const noShortcuts = "data-lm-suppress-shortcuts";

/** Keep JupyterLab's shortcuts from what has the focus. It asks from the focused element upwards, and takes a shortcut whose
    selector matches before it comes to the root: so each of them carries the mark. */
export function keepShortcuts(root: HTMLElement, signal: AbortSignal): void {
  root.setAttribute(noShortcuts, "true");
  const mark = ({ target }: Event): void => (target as Element).setAttribute(noShortcuts, "true");
  root.addEventListener("focusin", mark, { signal });
}

/** Keep arrow keys from scrolling the notebook around a widget; within it they move and scroll as ever. */
export function keepArrows(root: HTMLElement, signal: AbortSignal): void {
  const press = (event: KeyboardEvent): void => {
    const direction = directions[event.key];
    const target = event.composedPath()[0];
    if (!direction || !(target instanceof Element)) return;
    event.stopPropagation();
    if (event.defaultPrevented || target.closest(movesItself)) return;
    // Scrolled here and not by the browser, which hands a key on to the notebook while a box is still on its way to its end.
    event.preventDefault();
    const [x, y] = direction;
    scroller(target, root, direction)?.scrollBy(x * step, y * step);
  };
  root.addEventListener("keydown", press, { signal });
}
