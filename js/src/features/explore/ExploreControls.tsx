// The controls above the chart.
import type { JSX } from "preact";
import { automatic } from "../../../../src/results_widgets/_shared/chart.json";
import { Select, Toggle } from "../../ui/Controls";
import { everyChoices } from "../../ui/choices";
import { RangeMenu } from "../../ui/RangeMenu";
import { needsKernel } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";

/** How the line is drawn. */
export function Switches(): JSX.Element {
  const { store } = useView();
  const { selection, standalone } = useSnapshot();
  const why = standalone ? needsKernel : undefined;
  return (
    <span class="rw-switches">
      <Toggle
        label="Cumulative"
        on={selection.cumulative}
        disabled={standalone}
        title={why}
        onChange={(cumulative) => store.select({ cumulative })}
      />
      <Toggle
        label="Compare"
        on={selection.compare}
        disabled={standalone}
        title={why ?? "Compare with the period before, of the same length"}
        onChange={(compare) => store.select({ compare })}
      />
    </span>
  );
}

/** What is drawn: which days, in which steps, in how many lines. */
export function Choices(): JSX.Element {
  const { store } = useView();
  const { selection, options, chart, standalone: locked } = useSnapshot();
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
        choices={everyChoices(options.every)}
        disabled={locked}
        testid="every"
        onChange={(every) => store.select({ every })}
      />
      <Select
        label="Break down by"
        value={selection.by ?? ""}
        choices={by}
        disabled={locked}
        closed={options.closed?.by}
        testid="by"
        onChange={(column) => store.select({ by: column || null })}
      />
    </div>
  );
}
