// Every metric by scope, found by typing: campaign, each channel, each action. Enter takes the first that fits.

import type { JSX, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { shortValue } from "../../ui/format";
import { channelOf, entryOf, isSelected, selectionOf } from "../../ui/glossary";
import { Arrow } from "../../ui/icons";
import { usePopover } from "../../ui/popover";
import { Group } from "../../ui/regions";
import { useSnapshot, useView } from "../../ui/view";
import { groupsFor } from "./metric_groups";

function List({ query, close }: { query: string; close: () => void }): JSX.Element {
  const { store } = useView();
  const snapshot = useSnapshot();
  const groups = groupsFor(snapshot, query);
  return (
    <Group class="rw-pop-list" label="Metrics">
      {groups.map(({ scope, id, title, metrics }) => (
        <Group key={`${scope} ${id}`} label={title}>
          <h5 dir="auto">{title}</h5>
          {metrics.map(({ metric, label }) => (
            <button
              key={metric}
              type="button"
              aria-pressed={isSelected({ scope, id, metric }, snapshot.selection)}
              onClick={() => {
                store.select(selectionOf({ scope, id, metric }));
                close();
              }}
            >
              <span>{label}</span>
              <span class="rw-muted">
                {shortValue(
                  snapshot.metrics.get(scope, id, metric).value,
                  entryOf(snapshot, metric, channelOf(snapshot, scope, id)),
                )}
              </span>
            </button>
          ))}
        </Group>
      ))}
      {groups.length === 0 && <p class="rw-muted">No metric matches.</p>}
    </Group>
  );
}

/** The chart's title, and the way to another metric. */
export function MetricPicker({ title }: { title: string }): JSX.Element {
  const { root } = useView();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const box = useRef<HTMLSpanElement>(null);
  const close = (focus = true): void => {
    setOpen(false);
    setQuery("");
    if (focus) box.current?.querySelector("button")?.focus({ preventScroll: true });
  };
  usePopover(box, open, close);
  // Before the next key: letters typed at once would go to the button, and a space would close the list again.
  useLayoutEffect(() => {
    if (open) box.current?.querySelector("input")?.focus();
  }, [open]);
  const move = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    if (event.key === "Enter" && query.trim() && (event.target as Element).matches("input")) {
      event.preventDefault();
      event.currentTarget.querySelector<HTMLElement>(".rw-pop-list button")?.click();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const stops = [
      ...event.currentTarget.querySelectorAll<HTMLElement>(".rw-pop input, .rw-pop-list button"),
    ];
    const at = stops.indexOf(
      (root.getRootNode() as Document | ShadowRoot).activeElement as HTMLElement,
    );
    stops[Math.min(stops.length - 1, Math.max(0, at + step))]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys move between the controls inside, which take the focus.
    <span class="rw-picker" ref={box} onKeyDown={open ? move : undefined}>
      <button
        type="button"
        class="rw-pick"
        aria-expanded={open}
        aria-haspopup="dialog"
        data-tip="Choose another metric"
        onClick={() => setOpen(!open)}
      >
        <span dir="auto" data-testid="explore-title" aria-live="polite">
          {title}
        </span>
        <Arrow />
      </button>
      {open && (
        <div class="rw-pop" role="dialog" aria-label="Choose a metric">
          <input
            type="search"
            placeholder="Search metrics, channels, actions"
            aria-label="Search metrics"
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
          <List query={query} close={close} />
        </div>
      )}
    </span>
  );
}
