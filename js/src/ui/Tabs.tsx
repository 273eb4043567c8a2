// Parts of a screen of which one is shown at a time. What was shown once stays as it was left.

import type { ComponentChildren, JSX, TargetedKeyboardEvent } from "preact";
import { useId, useRef } from "preact/hooks";

export interface Tab<Name extends string> {
  name: Name;
  label: string;
  content: () => ComponentChildren;
}

interface Props<Name extends string> {
  label: string;
  tabs: Tab<Name>[];
  shown: Name;
  onShow: (name: Name) => void;
}

/** What each arrow key leads to: the place among so many. */
const steps: Record<string, (at: number, count: number) => number> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

export function Tabs<Name extends string>({
  label,
  tabs,
  shown,
  onShow,
}: Props<Name>): JSX.Element {
  const id = useId();
  const opened = useRef(new Set<Name>());
  opened.current.add(shown);
  const move = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const at = tabs.findIndex(({ name }) => name === shown);
    const next = tabs[steps[event.key]?.(at, tabs.length) ?? -1];
    if (!next) return;
    event.preventDefault();
    onShow(next.name);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.name}"]`)?.focus();
  };
  return (
    <div class="rw-tabs">
      <div role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(({ name, label: words }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            data-tab={name}
            aria-selected={name === shown}
            aria-controls={`${id}-${name}-panel`}
            tabIndex={name === shown ? 0 : -1}
            onClick={() => onShow(name)}
          >
            {words}
          </button>
        ))}
      </div>
      {tabs.map(({ name, content }) => (
        <div
          key={name}
          role="tabpanel"
          class="rw-tab-panel"
          id={`${id}-${name}-panel`}
          aria-labelledby={`${id}-${name}`}
          hidden={name !== shown}
        >
          {opened.current.has(name) && content()}
        </div>
      ))}
    </div>
  );
}
