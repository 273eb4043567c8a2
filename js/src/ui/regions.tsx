// Regions and groups with a name, and without a look of their own.
import type { ComponentChildren, JSX, TargetedEvent } from "preact";
import { useRef } from "preact/hooks";
import { useRoving } from "./roving";

interface Props {
  label: string;
  class?: string;
  testid?: string;
  /** Whether Tab stops once at all its controls, between which arrows move. */
  roving?: boolean;
  children: ComponentChildren;
}

interface ScrollRegionProps extends Props {
  onScroll?: (event: TargetedEvent<HTMLElement>) => void;
}

/** A box that may scroll: the keyboard must reach it, to scroll it. */
export function ScrollRegion({
  label,
  children,
  testid,
  roving = false,
  ...more
}: ScrollRegionProps): JSX.Element {
  const box = useRef<HTMLElement>(null);
  useRoving(box, roving);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section ref={box} tabIndex={0} aria-label={label} data-testid={testid} {...more}>
      {children}
    </section>
  );
}

/** Controls that belong together. */
export function Group({
  label,
  class: name,
  testid,
  roving = false,
  children,
}: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useRoving(box, roving);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings its own box and minimum width; these are rows of buttons.
    <div ref={box} role="group" class={name} aria-label={label} data-testid={testid}>
      {children}
    </div>
  );
}
