// A calendar for custom ranges, by pointer or keyboard. The kernel replies which days have data.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import {
  addMonths,
  dayAfterKey,
  dayOf,
  isoOf,
  longWords,
  monthWords,
  rangeWords,
  sameMonth,
  weeksOf,
} from "./dates";
import { daysText, exact } from "./format";
import { Mark } from "./icons";
import { useSnapshot, useView } from "./view";

type Range = [first: number, last: number];
/** Messages received by day, from a first day on. */
interface Days {
  first: number;
  counts: number[];
}

function useDays(): Days | null {
  const { store, signal } = useView();
  const { kernel } = useSnapshot();
  const [days, setDays] = useState<Days | null>(null);
  useEffect(() => {
    if (!kernel) return;
    let current = true;
    store.ask("days").then(
      ({ first, counts }) => {
        if (current && !signal.aborted) setDays({ first: dayOf(first), counts });
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, []);
  return days;
}

const within = (day: number, range: Range | null): boolean =>
  range !== null && day >= range[0] && day <= range[1];

interface DayProps {
  day: number;
  shown: number;
  range: Range | null;
  /** Messages on this day; null where that is not known. */
  count: number | null;
  onChoose: (day: number) => void;
  onPoint: (day: number) => void;
}

function Day({ day, shown, range, count, onChoose, onPoint }: DayProps): JSX.Element {
  const chosen = within(day, range);
  const names = [
    "rw-day",
    !sameMonth(day, shown) && "rw-day-other",
    count && "rw-day-data",
    chosen && "rw-day-in",
    day === range?.[0] && "rw-day-first",
    day === range?.[1] && "rw-day-last",
  ];
  const received =
    count === null ? "" : count > 0 ? `, ${exact(count)} received` : ", nothing received";
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table is what a date grid is made of (ARIA practices).
    // biome-ignore lint/a11y/useFocusableInteractive: the button inside takes the focus.
    <td role="gridcell" aria-selected={chosen}>
      <button
        type="button"
        class={names.filter(Boolean).join(" ")}
        tabIndex={day === shown ? 0 : -1}
        data-day={isoOf(day)}
        aria-label={`${longWords(day)}${received}`}
        onClick={() => onChoose(day)}
        onPointerEnter={() => onPoint(day)}
      >
        {Number(isoOf(day).slice(-2))}
      </button>
    </td>
  );
}

interface Props {
  /** The range as it is, or null: then the month of `at` is shown. */
  range: Range | null;
  at: number;
  zone: string;
  onChoose: (range: Range) => void;
}

const initials = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/** The first day pressed begins the range, the second ends it; turned round they are the same range. */
export function Calendar({ range, at, zone, onChoose }: Props): JSX.Element {
  const days = useDays();
  const grid = useRef<HTMLTableElement>(null);
  const [shown, setShown] = useState(range?.[1] ?? at);
  const [begun, setBegun] = useState<number | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const focus = useRef(true);
  // At once: a key that follows quickly must not find the focus gone with the month before.
  useLayoutEffect(() => {
    if (focus.current) grid.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus();
    focus.current = false;
  }, [shown]);
  const end = pointed ?? shown;
  const drawn: Range | null = begun === null ? range : [Math.min(begun, end), Math.max(begun, end)];
  const move = (event: KeyboardEvent): void => {
    const next = dayAfterKey(shown, event.key, event.shiftKey);
    if (next === null) return;
    event.preventDefault();
    focus.current = true;
    setPointed(null);
    setShown(next);
  };
  const choose = (day: number): void => {
    setShown(day);
    if (begun === null) setBegun(day);
    else onChoose([Math.min(begun, day), Math.max(begun, day)]);
  };
  const count = (day: number): number | null =>
    days === null ? null : (days.counts[day - days.first] ?? 0);
  const hint =
    begun !== null
      ? "Choose the last day"
      : drawn
        ? `${rangeWords(...drawn)}, ${daysText(drawn[1] - drawn[0] + 1)}`
        : "Choose the first day";
  return (
    <div
      class="rw-pop rw-calendar"
      role="dialog"
      aria-label={`Choose days, in ${zone}`}
      data-testid="calendar"
    >
      <div class="rw-calendar-head">
        <button
          type="button"
          class="rw-iconbutton"
          aria-label="Previous month"
          onClick={() => setShown(addMonths(shown, -1))}
        >
          <Mark name="back" />
        </button>
        <b aria-live="polite" data-testid="calendar-month">
          {monthWords(shown)}
        </b>
        <button
          type="button"
          class="rw-iconbutton rw-calendar-next"
          aria-label="Next month"
          onClick={() => setShown(addMonths(shown, 1))}
        >
          <Mark name="back" />
        </button>
      </div>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table is what a date grid is made of.
        role="grid"
        aria-label={monthWords(shown)}
        ref={grid}
        onKeyDown={move}
        onPointerLeave={() => setPointed(null)}
      >
        <thead>
          <tr>
            {initials.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(shown).map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <Day
                  key={day}
                  day={day}
                  shown={shown}
                  range={drawn}
                  count={count(day)}
                  onChoose={choose}
                  onPoint={setPointed}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="rw-calendar-hint" role="status">
        {hint}
      </p>
      <p class="rw-muted rw-calendar-zone">
        Days in {zone}
        {days && (
          <>
            ; <i class="rw-day-dot" aria-hidden="true" /> messages were received
          </>
        )}
      </p>
    </div>
  );
}
