// When the tooltip comes and goes: for a pointer that was moved and rests, the focus of a keyboard, and a finger that is
// held down. What comes to lie under a pointer that was not moved, because the page scrolled or something opened, was not
// asked about: browsers tell of it by pointerover too, but never by pointermove.

/** What has a tooltip: words of its own, or a number of which all is told. */
const explained = "[data-tip], [data-scope][data-metric]";

/** How long a pointer rests before the tooltip comes, and how long it may be between its owner and the tooltip. */
export const rest = 120;
/** How long a finger is held down. */
export const hold = 450;
const drift = 10;

type Show = (owner: HTMLElement | null, x?: number) => void;

/** The nearest element around a target that has a tooltip. */
export const ownerOf = (target: EventTarget | null): HTMLElement | null => {
  const found = target instanceof Element ? target.closest<HTMLElement>(explained) : null;
  return found?.dataset.tip === "" ? null : found;
};

/** One tooltip's comings and goings within a root. `box` is the tooltip where it is shown. */
export class TipWatch {
  #owner: HTMLElement | null = null;
  #silent: Element | null = null;
  /** What a move of the pointer has asked about; undefined where it has not moved over what is below it. */
  #asked: HTMLElement | null | undefined;
  #held = false;
  /** Whether the focus or a finger asked, or is about to: what comes to lie below a pointer at rest must not take it away. */
  #kept = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #finger = { x: 0, y: 0 };

  constructor(
    root: HTMLElement,
    private readonly box: () => HTMLElement | null,
    private readonly show: Show,
    signal: AbortSignal,
  ) {
    const on = <Name extends keyof HTMLElementEventMap>(
      name: Name,
      listen: (event: HTMLElementEventMap[Name]) => void,
      capture = false,
    ): void => root.addEventListener(name, listen, { signal, capture });
    on("pointerover", this.#over);
    on("pointerleave", () => {
      this.#silent = null;
      this.#asked = undefined;
      if (!this.#kept) this.#later(null);
    });
    on("pointerdown", this.#press, true);
    on("pointermove", this.#move);
    on("pointerup", () => this.#held || this.#forget());
    on("pointercancel", () => this.#forget());
    on("click", this.#click, true);
    on("contextmenu", (event) => this.#held && event.preventDefault());
    on("focusin", this.#focus);
    on("focusout", ({ relatedTarget }) => {
      if (this.#held || this.#within(relatedTarget)) return;
      this.#kept = false;
      this.#now(null);
    });
    const page = root.ownerDocument;
    page.addEventListener("keydown", this.#key, { signal, capture: true });
    page.addEventListener(
      "scroll",
      ({ target }) => this.#owner && !this.#within(target) && this.#now(null),
      { signal, capture: true, passive: true },
    );
    // What it was beside is elsewhere.
    window.addEventListener("resize", () => this.#now(null), { signal });
    signal.addEventListener("abort", () => this.#forget());
  }

  /** Whether what the tooltip is of is still there. */
  get stands(): boolean {
    return this.#owner?.isConnected === true;
  }

  #within(target: EventTarget | null): boolean {
    return target instanceof Node && (this.box()?.contains(target) ?? false);
  }

  #forget(): void {
    clearTimeout(this.#timer);
  }

  #now(owner: HTMLElement | null, x?: number): void {
    this.#forget();
    if (owner === this.#owner) return;
    this.#owner = owner;
    this.show(owner, x);
  }

  #later(owner: HTMLElement | null, x?: number, wait = rest): void {
    this.#forget();
    if (owner !== this.#owner) this.#timer = setTimeout(() => this.#now(owner, x), wait);
  }

  #over = ({ target, pointerType }: PointerEvent): void => {
    if (pointerType === "touch") return;
    this.#asked = undefined;
    if (this.#within(target)) {
      this.#forget();
      return;
    }
    const owner = ownerOf(target);
    // What was pressed has been read: it says nothing until the pointer has been elsewhere.
    if (owner !== this.#silent) this.#silent = null;
    if (!this.#kept) this.#later(owner === this.#owner ? owner : null);
  };

  #point({ target, clientX }: PointerEvent): void {
    if (this.#within(target)) return;
    const owner = ownerOf(target);
    if (owner === this.#asked) return;
    this.#asked = owner;
    if (owner) this.#kept = false;
    else if (this.#kept) return;
    this.#later(owner === this.#silent ? null : owner, clientX);
  }

  #press = ({ target, pointerType, clientX, clientY }: PointerEvent): void => {
    this.#held = false;
    if (this.#within(target)) return;
    this.#kept = false;
    this.#now(null);
    const owner = ownerOf(target);
    if (pointerType !== "touch") {
      this.#silent = owner;
      return;
    }
    this.#finger = { x: clientX, y: clientY };
    if (!owner) return;
    this.#timer = setTimeout(() => {
      this.#held = this.#kept = true;
      this.#now(owner, clientX);
    }, hold);
  };

  #move = (event: PointerEvent): void => {
    const { pointerType, clientX, clientY } = event;
    if (pointerType !== "touch") {
      this.#point(event);
      return;
    }
    const far = Math.hypot(clientX - this.#finger.x, clientY - this.#finger.y) > drift;
    if (far && !this.#held) this.#forget();
  };

  /** A finger that was held down has asked, and presses nothing; a tap asks what cannot be pressed. */
  #click = (event: MouseEvent): void => {
    if (this.#held && !this.#within(event.target)) {
      event.preventDefault();
      event.stopPropagation();
    } else if ((event as PointerEvent).pointerType === "touch") {
      const owner = ownerOf(event.target);
      if (owner && !owner.closest("button, a, input, select, summary, label")) {
        this.#kept = true;
        this.#now(owner, event.clientX);
      }
    }
    this.#held = false;
  };

  #focus = ({ target }: FocusEvent): void => {
    // A finger that was held down moves the focus when it is lifted.
    if (this.#held || this.#within(target)) return;
    const owner = ownerOf(target);
    this.#kept = owner !== null && owner === target && owner.matches(":focus-visible");
    this.#later(this.#kept ? owner : null);
  };

  #key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.stands) return;
    // It was for the tooltip: what stands below it stays open.
    event.stopPropagation();
    event.preventDefault();
    this.#silent = this.#owner;
    this.#kept = false;
    this.#now(null);
  };
}
