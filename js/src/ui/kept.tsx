// What was opened, sorted or zoomed outlives the layout: on paper, and from a width on, parts are drawn anew.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { useView } from "./view";

/** State that the next drawing of a part finds as the last one left it, while what it is `of` is the same. */
export function useKept<T>(name: string, first: T, of: unknown = null): [T, (next: T) => void] {
  const { kept } = useView();
  const [, redraw] = useState({});
  let cell = kept.get(name);
  if (!cell || cell.of !== of) {
    cell = { of, value: first };
    kept.set(name, cell);
  }
  const live = useRef(cell);
  live.current = cell;
  const set = useRef((next: T): void => {
    if (next === live.current.value) return;
    live.current.value = next;
    redraw({});
  });
  return [cell.value as T, set.current];
}

interface FoldProps extends Omit<JSX.IntrinsicElements["details"], "name" | "open" | "onToggle"> {
  name: string;
  /** Whether it begins open. */
  first?: boolean;
}

/** Folded or opened by a press on its summary. */
export function Fold({ name, first, ...rest }: FoldProps): JSX.Element {
  const [open, setOpen] = useKept(name, first);
  return <details {...rest} open={open} onToggle={(event) => setOpen(event.currentTarget.open)} />;
}
