// The evidence for the verdict, and how complete the campaign's conversions are.
import type { JSX, RefObject } from "preact";
import { CopyButton } from "../../ui/Controls";
import type { ExperimentState } from "../../wire/experiment";
import { Forest } from "./Forest";
import { OverTime } from "./OverTime";
import { Arms, Conditions, Totals } from "./Parts";
import { Ripening } from "./Ripening";
import { Subgroups } from "./Subgroups";

/** What the panel is called; null where it would be empty. */
export function panelTitle({ found, ripening }: ExperimentState): string | null {
  if (found) return "Experiment";
  return ripening && ripening.rows.length > 0 ? "Ripeness" : null;
}

interface Props {
  shown: ExperimentState;
  id?: string;
  heading?: RefObject<HTMLHeadingElement | null>;
  /** The numbers under common alternative rules, where offered. */
  usual?: JSX.Element;
}

export function ExperimentPanel({ shown, id, heading, usual }: Props): JSX.Element | null {
  const { found, ripening, code } = shown;
  const title = panelTitle(shown);
  if (title === null) return null;
  const lines = [code, ...(ripening?.code ?? [])].filter(Boolean);
  return (
    <section id={id} class="rw-experiment" aria-label={title} data-testid="experiment">
      <h3 ref={heading} tabIndex={-1}>
        {title}
      </h3>
      {found && (
        <>
          <div class="rw-panel">
            <Forest groups={found.groups} level={found.level} />
            <Subgroups of={code} level={found.level} saved={shown.subgroups} />
          </div>
          <div class="rw-experiment-grid">
            <OverTime groups={found.groups} level={found.level} />
            <Arms found={found} />
            {found.totals.length > 0 && <Totals totals={found.totals} />}
            <Conditions found={found} />
          </div>
        </>
      )}
      {ripening && <Ripening found={ripening} />}
      {usual}
      {lines.length > 0 && (
        <p class="rw-experiment-code">
          <span class="rw-muted">The same in Python:</span>
          {lines.map((line) => (
            <span key={line} class="rw-code">
              <code>{line}</code>
              <CopyButton text={() => line} label={`Copy ${line}`} />
            </span>
          ))}
        </p>
      )}
    </section>
  );
}
