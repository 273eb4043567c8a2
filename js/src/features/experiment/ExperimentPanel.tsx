// What the verdict stands on.
import type { JSX, RefObject } from "preact";
import { CopyButton } from "../../ui/Controls";
import type { ExperimentState } from "../../wire/experiment";
import { Forest } from "./Forest";
import { OverTime } from "./OverTime";
import { Arms, Conditions, Totals } from "./Parts";
import { Subgroups } from "./Subgroups";

interface Props {
  shown: ExperimentState;
  id?: string;
  heading?: RefObject<HTMLHeadingElement | null>;
}

export function ExperimentPanel({ shown, id, heading }: Props): JSX.Element | null {
  const { found, code } = shown;
  if (!found) return null;
  return (
    <section id={id} class="rw-experiment" aria-label="Experiment" data-testid="experiment">
      <h3 ref={heading} tabIndex={-1}>
        Experiment
      </h3>
      <div class="rw-panel">
        <Forest groups={found.groups} level={found.level} />
        <Subgroups key={code} level={found.level} />
      </div>
      <div class="rw-experiment-grid">
        <OverTime groups={found.groups} level={found.level} />
        <Arms found={found} />
        {found.totals.length > 0 && <Totals totals={found.totals} />}
        <Conditions found={found} />
      </div>
      {code && (
        <p class="rw-experiment-code">
          <span class="rw-muted">The same in Python:</span>
          <span class="rw-code">
            <code>{code}</code>
            <CopyButton text={() => code} label="Copy the Python code of the experiment" />
          </span>
        </p>
      )}
    </section>
  );
}
