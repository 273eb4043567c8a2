// A number that can be clicked: it shows one metric and, pressed, is what Explore draws.

import type { ComponentChildren, JSX } from "preact";
import { isOfFew, raw, shortValue } from "./format";
import { entryFor, isSelected, type MetricRef, selectionOf, spoken } from "./glossary";
import { useSnapshot, useView } from "./view";

interface Props extends MetricRef {
  class?: string;
  children?: ComponentChildren;
  /** Shorten numbers from this size on. */
  compactFrom?: number;
}

export function MetricButton({
  scope,
  id,
  metric,
  class: name = "rw-number",
  children,
  compactFrom,
}: Props): JSX.Element {
  const { store } = useView();
  const snapshot = useSnapshot();
  const ref = { scope, id, metric };
  const { value, denominator } = snapshot.metrics.get(scope, id, metric);
  const entry = entryFor(snapshot, ref);
  return (
    <button
      type="button"
      class={
        isOfFew(denominator, entry) ? `${name} rw-few` : entry.missing ? `${name} rw-missing` : name
      }
      aria-pressed={isSelected(ref, snapshot.selection)}
      data-scope={scope}
      data-metric={metric}
      data-value={raw(value)}
      data-owner={id || undefined}
      data-channel={scope === "channel" ? id : undefined}
      onClick={() => store.select(selectionOf(ref))}
    >
      {/* The name says it all, exactly and in order; what is drawn is for the eye. */}
      <span class="rw-offscreen">{spoken(snapshot, ref)}</span>
      <span class="rw-face" aria-hidden="true">
        {children ?? shortValue(value, entry, compactFrom)}
      </span>
    </button>
  );
}
