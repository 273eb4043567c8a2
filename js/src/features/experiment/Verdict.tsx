// The verdict under the title: what happened, what it stands on, the difference drawn, and the way to the experiment.
import type { JSX } from "preact";
import { Mark } from "../../ui/icons";
import type { ForestMark, VerdictKind } from "../../wire/experiment";
import type { UsualRange } from "../../wire/usual_rules";
import { panelTitle } from "./ExperimentPanel";
import { place, scaleFrom } from "./scale";
import type { Concluded } from "./useExperiment";

const looks: Record<VerdictKind, { mark: string; word: string }> = {
  works: { mark: "check", word: "It works" },
  harms: { mark: "down", word: "It harms" },
  unclear: { mark: "minus", word: "Unclear" },
  early: { mark: "clock", word: "Too early" },
  wrong: { mark: "warn", word: "Not comparable" },
  unmeasured: { mark: "minus", word: "Not measured" },
};

const part = (share: number): string => `${(share * 100).toFixed(2)}%`;

/** The difference on a line with 0, its interval's ends written. */
function DrawnDifference({ mark, kind }: { mark: ForestMark; kind: VerdictKind }): JSX.Element {
  const scale = scaleFrom(mark.low * 1.08, mark.high * 1.08, 3);
  const [low, high, value] = [mark.low, mark.high, mark.value].map((one) => place(scale, one)) as [
    number,
    number,
    number,
  ];
  const zero = place(scale, 0);
  const narrow = high - low < 0.3;
  return (
    <div class={`rw-lift rw-lift-${kind}`} aria-hidden="true">
      <span class="rw-lift-value" style={{ left: part(value) }}>
        {mark.text}
      </span>
      <span class="rw-lift-axis" />
      <span class="rw-lift-zero" style={{ left: part(zero) }} />
      <span class="rw-mark-line" style={{ left: part(low), width: part(high - low) }} />
      <span class="rw-mark-dot" style={{ left: part(value) }} />
      <span class="rw-lift-end" style={{ left: part(zero) }}>
        {Math.min(Math.abs(low - zero), Math.abs(high - zero)) > 0.12 ? "0" : ""}
      </span>
      <span class={`rw-lift-end ${narrow ? "rw-lift-low" : ""}`} style={{ left: part(low) }}>
        {mark.ends[0]}
      </span>
      <span class={`rw-lift-end ${narrow ? "rw-lift-high" : ""}`} style={{ left: part(high) }}>
        {mark.ends[1]}
      </span>
    </div>
  );
}

/** The converted rate under common alternative rules, in a line that opens their table if there is one. */
function UsualLine({ usual, onOpen }: { usual: UsualRange; onOpen?: () => void }): JSX.Element {
  const text = <bdi aria-busy={usual.awaited}>{usual.line}</bdi>;
  return (
    <p class="rw-verdict-detail rw-verdict-usual">
      {onOpen && !usual.awaited ? (
        <button type="button" onClick={onOpen}>
          {text}
        </button>
      ) : (
        text
      )}
    </p>
  );
}

interface Props {
  concluded: Concluded;
  /** Opens the evidence, and in it the numbers under common alternative rules; without this button they are already shown below. */
  toggle?: { open: boolean; panel: string; onToggle: () => void; onUsual: () => void };
}

export function VerdictLine({ concluded, toggle }: Props): JSX.Element | null {
  const { shown, busy } = concluded;
  if (!shown && !busy) return null;
  if (!shown)
    return (
      <section class="rw-verdict" aria-label="Verdict" aria-busy="true" data-testid="verdict">
        <span class="rw-verdict-glyph" />
        <div class="rw-verdict-words">
          <span class="rw-bone" style={{ width: "62%" }} />
          <span class="rw-bone rw-bone-small" style={{ width: "44%" }} />
          <span class="rw-bone rw-bone-small" style={{ width: "32%" }} />
          <span class="rw-offscreen">The verdict is being computed.</span>
        </div>
      </section>
    );
  const { kind, title, detail, mark, usual } = shown;
  const panel = panelTitle(shown);
  const { mark: glyph, word } = looks[kind] ?? looks.unmeasured;
  return (
    <section
      class={`rw-verdict rw-verdict-${kind}`}
      aria-label="Verdict"
      aria-busy={busy}
      data-testid="verdict"
    >
      <span class="rw-verdict-glyph" data-tip={word}>
        <Mark name={glyph} />
      </span>
      <div class="rw-verdict-words">
        <p class="rw-verdict-title">
          <span class="rw-offscreen">{word}: </span>
          <bdi>{title}</bdi>
        </p>
        {detail && (
          <p class="rw-verdict-detail">
            <bdi>{detail}</bdi>
          </p>
        )}
        {usual && <UsualLine usual={usual} onOpen={panel ? toggle?.onUsual : undefined} />}
      </div>
      {mark && <DrawnDifference mark={mark} kind={kind} />}
      {toggle && panel && (
        <button
          type="button"
          class="rw-button rw-verdict-open"
          aria-expanded={toggle.open}
          aria-controls={toggle.open ? toggle.panel : undefined}
          onClick={toggle.onToggle}
        >
          {toggle.open ? `Close ${panel.toLowerCase()}` : panel}
        </button>
      )}
    </section>
  );
}
