import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Calendar } from "./Calendar";
import { Select } from "./Controls";
import { rangeChoices } from "./choices";
import { dayOf, isoOf, rangeWords } from "./dates";
import { Mark } from "./icons";
import { usePaper } from "./paper";
import { usePopover } from "./popover";
import { isoDay } from "./time";
import { useSnapshot, useView } from "./view";

/** The date range: named ranges in a list, a custom one (both days included) from a calendar. */
export function RangeMenu({ locked }: { locked: boolean }): JSX.Element {
  const { store } = useView();
  const { selection, options, status } = useSnapshot();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const close = (focus: boolean): void => {
    setOpen(false);
    if (focus) box.current?.querySelector<HTMLElement>(".rw-days")?.focus({ preventScroll: true });
  };
  usePopover(box, open, close);
  const { start, end } = selection;
  const own: [number, number] | null =
    selection.range === "custom" && start && end ? [dayOf(start), dayOf(end)] : null;
  const choose = (range: string): void => {
    // "Custom dates" selects nothing yet: the range is sent once both days are chosen.
    if (range === "custom") setOpen(true);
    else store.select({ range, start: null, end: null });
  };
  const take = ([first, last]: [number, number]): void => {
    close(true);
    store.select({ range: "custom", start: isoOf(first), end: isoOf(last) });
  };
  const dayAt = (ms: number): number => dayOf(isoDay(ms, status.zone));
  const newest = status.newest_ms === null ? undefined : dayAt(status.newest_ms);
  const words = own ? rangeWords(...own) : "";
  const choices = rangeChoices(options.ranges, newest, dayAt(Date.now()));
  if (usePaper() && words) return <span>{words}</span>;
  return (
    <span class="rw-range" ref={box}>
      <Select
        label="Date range"
        value={selection.range}
        choices={choices}
        onChange={choose}
        disabled={locked}
        testid="range"
      />
      <button
        type="button"
        class="rw-button rw-days"
        aria-haspopup="dialog"
        aria-expanded={open}
        disabled={locked}
        data-testid="days"
        aria-label={words ? `Days: ${words}` : "Choose days"}
        data-tip={words || "Choose days"}
        onClick={() => setOpen(!open)}
      >
        <Mark name="calendar" />
        {words}
      </button>
      {open && (
        <Calendar
          range={own}
          at={newest ?? dayAt(status.read_ms || Date.now())}
          zone={status.zone}
          onChoose={take}
        />
      )}
    </span>
  );
}
