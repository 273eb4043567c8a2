// The controls above the chart.
import type { JSX } from "preact";
import { automatic } from "../../../../src/results_widgets/_shared/chart.json";
import { Combobox } from "../../ui/Combobox";
import { type Choice, Select, Toggle } from "../../ui/Controls";
import { everyChoices } from "../../ui/choices";
import { dayOf, isoOf } from "../../ui/dates";
import { RangeMenu } from "../../ui/RangeMenu";
import { needsKernel } from "../../ui/Segments";
import { isoDay } from "../../ui/time";
import { useSnapshot, useView } from "../../ui/view";
import type { Snapshot } from "../../wire/store";

/** The days that a period to compare with may begin on; FIRST_DAY and LAST_DAY in Python. */
const [earliest, latest] = ["1900-01-01", "2200-12-31"];

/** How the line is drawn. */
export function Switches(): JSX.Element {
  const { store } = useView();
  const { selection, fixed, unsaved } = useSnapshot();
  const why = fixed ? needsKernel : undefined;
  return (
    <span class="rw-switches">
      <Toggle
        label="Cumulative"
        on={selection.cumulative}
        closed={why ?? unsaved.cumulative[String(!selection.cumulative)]}
        onChange={(cumulative) => store.select({ cumulative })}
      />
    </span>
  );
}

/** Choices of which some cannot be shown, each with its reason. */
const closing = (choices: Choice[], reasons: Record<string, string>): Choice[] =>
  choices.map((choice) => {
    const closed = reasons[choice.value];
    return closed ? { ...choice, label: `${choice.label} (not saved)`, closed } : choice;
  });

/** The first day of the period before what is drawn, to begin with. */
function dayBefore({ series, status }: Snapshot): string {
  const times = series.map((row) => row.time_ms);
  const known = times.length > 0 ? times : [status.newest_ms ?? 0];
  const dayAt = (ms: number): number => dayOf(isoDay(ms, status.zone));
  return isoOf(2 * dayAt(Math.min(...known)) - dayAt(Math.max(...known)) - 1);
}

/** What the line stands beside: nothing, the period before, the year before, or as many days from any day on. */
function Compare({ locked }: { locked: boolean }): JSX.Element {
  const { store } = useView();
  const snapshot = useSnapshot();
  const { selection, options, unsaved } = snapshot;
  const { compare } = selection;
  const known: Record<string, string> = {
    false: "Not compared",
    true: "Period before",
    last_year: "Last year",
    ...(options.compare && { campaign: options.compare }),
  };
  const chosen = String(compare) in known ? String(compare) : "from";
  const choose = (value: string): void => {
    const switched = value === "true" || value === "false";
    store.select({
      compare: value === "from" ? dayBefore(snapshot) : switched ? value === "true" : value,
    });
  };
  const choices = Object.entries({ ...known, from: "Days from…" });
  return (
    <>
      <Select
        label="Compare with"
        value={chosen}
        choices={closing(
          choices.map(([value, label]) => ({ value, label })),
          unsaved.compare,
        )}
        disabled={locked}
        testid="compare"
        onChange={choose}
      />
      {chosen === "from" && (
        <span class="rw-combo">
          <input
            type="date"
            class="rw-days"
            aria-label="Compare with the days from"
            data-testid="compare-from"
            min={earliest}
            max={latest}
            value={String(compare)}
            disabled={locked}
            onChange={({ currentTarget: { value, validity } }) =>
              // A half-typed year is ignored.
              value && validity.valid && store.select({ compare: value })
            }
          />
        </span>
      )}
    </>
  );
}

/** Why some controls, or some of their choices, are closed: seen while one of them has the focus or the pointer. */
function Reasons(): JSX.Element | null {
  const { options, fixed, unsaved } = useSnapshot();
  const found = fixed
    ? [needsKernel]
    : [options.closed?.by, ...Object.values(unsaved).flatMap((one) => Object.values(one))];
  const reasons = [...new Set(found.filter(Boolean))];
  if (reasons.length === 0) return null;
  return (
    <span class="rw-why rw-muted" role="note" data-testid="why-closed">
      {reasons.join(" ")}
    </span>
  );
}

/** What is drawn: which days, in which steps, in how many lines. */
export function Choices(): JSX.Element {
  const { store } = useView();
  const { selection, options, chart, unsaved, fixed: locked } = useSnapshot();
  const by = [
    { value: "", label: "No breakdown" },
    ...options.by.map((column) => ({ value: column, label: `By ${column}` })),
  ];
  return (
    <div class="rw-choices" data-tip={locked ? needsKernel : undefined}>
      <RangeMenu locked={locked} />
      <Select
        label="Interval"
        value={selection.every === automatic ? chart.every : selection.every}
        choices={closing(everyChoices(options.every), unsaved.every)}
        disabled={locked}
        testid="every"
        onChange={(every) => store.select({ every })}
      />
      <Combobox
        label="Break down by"
        value={selection.by ?? ""}
        choices={closing(by, unsaved.by)}
        closed={locked ? needsKernel : options.closed?.by}
        testid="by"
        onChange={(column) => store.select({ by: column || null })}
      />
      <Compare locked={locked} />
      <Reasons />
    </div>
  );
}
