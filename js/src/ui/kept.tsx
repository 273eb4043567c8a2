// What was opened, sorted or zoomed outlives the layout: on paper, and from a width on, parts are drawn anew.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { useView } from "./view";

/** State that the next drawing of a part finds as the last one left it, while what it is `of` is the same. */
export function useKept<T>(
  name: string,
  first: T,
  of: unknown = null,
): [T, (next: T | ((before: T) => T)) => void] {
  const { kept } = useView();
  const [, redraw] = useState({});
  if (kept.get(name)?.of !== of) kept.set(name, { of, value: first });
  const live = useRef<{ value: unknown } | undefined>(undefined);
  live.current = kept.get(name);
  const set = useRef((next: T | ((before: T) => T)): void => {
    const own = live.current as { value: T };
    const value = next instanceof Function ? next(own.value) : next;
    if (value === own.value) return;
    own.value = value;
    redraw({});
  });
  return [live.current?.value as T, set.current];
}

interface FoldProps extends Omit<JSX.IntrinsicElements["details"], "name" | "open" | "onToggle"> {
  name: string;
  /** Whether it begins open. */
  first?: boolean;
}

/** Folded or opened by a press on its summary. */
export function Fold({ name, first, ...rest }: FoldProps): JSX.Element {
  const [open, setOpen] = useKept(`fold ${name}`, first);
  return <details {...rest} open={open} onToggle={(event) => setOpen(event.currentTarget.open)} />;
}
