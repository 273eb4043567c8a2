// The controls above the chart.
import type { JSX } from "preact";
import { automatic } from "../../../../src/results_widgets/_shared/chart.json";
import { Combobox } from "../../ui/Combobox";
import { type Choice, Select, Toggle } from "../../ui/Controls";
import { everyChoices } from "../../ui/choices";
import { RangeMenu } from "../../ui/RangeMenu";
import { needsKernel } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";

/** How the line is drawn. */
export function Switches(): JSX.Element {
  const { store } = useView();
  const { selection, standalone, unsaved } = useSnapshot();
  const why = standalone ? needsKernel : undefined;
  return (
    <span class="rw-switches">
      <Toggle
        label="Cumulative"
        on={selection.cumulative}
        closed={why ?? unsaved.cumulative[String(!selection.cumulative)]}
        onChange={(cumulative) => store.select({ cumulative })}
      />
      <Toggle
        label="Compare"
        on={selection.compare}
        closed={why ?? unsaved.compare[String(!selection.compare)]}
        title="Compare with the period before, of the same length"
        onChange={(compare) => store.select({ compare })}
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

/** Why some controls, or some of their choices, are closed: seen while one of them has the focus or the pointer. */
function Reasons(): JSX.Element | null {
  const { options, standalone, unsaved } = useSnapshot();
  const found = standalone
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
  const { selection, options, chart, unsaved, standalone: locked } = useSnapshot();
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
      <Reasons />
    </div>
  );
}
