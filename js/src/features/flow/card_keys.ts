// One stop of Tab for all cards: arrows walk between them, along the edges and in their row.
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { CardBox } from "./geometry";

const card = "[data-card]";

/** What an arrow key leads to from a card: the one before it, the first after it, its neighbours in the row. */
export function neighbour(
  key: string,
  from: CardBox,
  cards: CardBox[],
  parents: ReadonlyMap<string, string | null>,
): string | null {
  if (key === "ArrowUp") return parents.get(from.id) ?? null;
  if (key === "ArrowDown") {
    const next = cards.filter(({ id }) => parents.get(id) === from.id);
    return next.sort((a, b) => a.x - b.x)[0]?.id ?? null;
  }
  const row = cards.filter(({ depth }) => depth === from.depth).sort((a, b) => a.x - b.x);
  if (key === "Home") return row[0]?.id ?? null;
  if (key === "End") return row.at(-1)?.id ?? null;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (step === undefined) return null;
  return row[row.findIndex(({ id }) => id === from.id) + step]?.id ?? null;
}

interface Keys {
  cards: CardBox[];
  parents: ReadonlyMap<string, string | null>;
  /** The card that Tab comes to first. */
  first: string | null;
  /** "+" on a card; whether it opened something. */
  open: (id: string) => boolean;
}

/**
 * Keys of the cards in a box. Which of them is the stop of Tab is kept in the document alone: to draw all cards again for each
 * step would be felt where they are many.
 */
export function useCardKeys(ref: RefObject<HTMLElement | null>, keys: Keys): void {
  const live = useRef(keys);
  live.current = keys;
  const stop = useRef<string | null>(null);
  const tabTo = (id: string | null): void => {
    const box = ref.current;
    if (!box) return;
    const all = [...box.querySelectorAll<HTMLElement>(card)];
    const known = (wanted: string | null): boolean =>
      all.some(({ dataset }) => dataset.card === wanted);
    stop.current = known(id)
      ? id
      : known(live.current.first)
        ? live.current.first
        : (all[0]?.dataset.card ?? null);
    for (const one of all) one.tabIndex = one.dataset.card === stop.current ? 0 : -1;
    // With it the share that was sent on to it, and what folds the steps after it.
    for (const one of box.querySelectorAll<HTMLElement>("[data-edge], [data-handle]"))
      one.tabIndex = (one.dataset.edge ?? one.dataset.handle) === stop.current ? 0 : -1;
  };
  useLayoutEffect(() => tabTo(stop.current ?? live.current.first));
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const life = new AbortController();
    const focused = ({ target }: Event): void => {
      const own = (target as Element).closest<HTMLElement>(card)?.dataset.card;
      if (own !== undefined) tabTo(own);
    };
    const press = (event: KeyboardEvent): void => {
      const own = (event.target as Element).closest<HTMLElement>(card)?.dataset.card;
      const { cards, parents, open } = live.current;
      const from = cards.find(({ id }) => id === own);
      if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
      if ((event.key === "+" || event.key === "=") && open(from.id)) {
        event.preventDefault();
        return;
      }
      const to = neighbour(event.key, from, cards, parents);
      if (to === null) return;
      event.preventDefault();
      box.querySelector<HTMLElement>(`[data-card="${CSS.escape(to)}"]`)?.focus();
    };
    box.addEventListener("focusin", focused, { signal: life.signal });
    box.addEventListener("keydown", press, { signal: life.signal });
    return () => life.abort();
  }, []);
}
