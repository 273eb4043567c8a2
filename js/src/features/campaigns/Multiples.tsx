// Small multiples: one metric of all campaigns that are shown, on one axis and over the same time.
import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useState } from "preact/hooks";
import { dayOf, monthWords, rangeWords, shortWords } from "../../ui/dates";
import { ErrorText } from "../../ui/Failure";
import { exact, exactValue, perCent, shortValue } from "../../ui/format";
import { useView, type WidthName } from "../../ui/view";
import type { CampaignTrend, CampaignTrends } from "../../wire/campaigns";
import type { GlossaryEntry } from "../../wire/glossary";
import type { RequestError } from "../../wire/requests";
import { Placeholder } from "../audience/answer";
import { scaleFrom } from "../experiment/scale";
import { move } from "./CampaignTable";
import { currenciesOf, type Placed } from "./lines";
import { TrendLine } from "./marks";
import { Name } from "./Row";

const perRow: Record<WidthName, number> = { wide: 5, compact: 4, medium: 3, small: 2 };

interface Props {
  lines: Placed[];
  metric: string;
  label: string;
  trends: CampaignTrends | undefined;
  failure: RequestError | undefined;
  onOpen: (line: Placed) => void;
}

/** Rates on an axis are round. */
const tickText = (value: number, axis: Pick<GlossaryEntry, "unit" | "base">): string =>
  axis.unit === "rate" ? perCent(exact(value * 100)) : shortValue(value, axis);

/** "Week from 9 Mar 2026", "9 Mar 2026", "March 2026" */
function intervalWords(start: string, every: string): string {
  const day = dayOf(start);
  if (every === "1mo") return monthWords(day);
  return `${every === "1w" ? "Week from " : ""}${shortWords(day)}`;
}

interface CellProps {
  line: Placed;
  trend: CampaignTrend | undefined;
  /** The value of the whole, or at the place that is read. */
  text: string | undefined;
  /** The highest value of the axis; null where the campaigns have none in common. */
  top: number | null;
  /** The place that is read. */
  at: number | null;
  onRead: (at: number) => void;
  onOpen: () => void;
  onFocus: () => void;
}

function Cell({ line, trend, text, top, at, onRead, onOpen, onFocus }: CellProps): JSX.Element {
  const { values = [], open = null } = trend ?? {};
  const last = Math.max(1, values.length - 1);
  const read = (event: TargetedPointerEvent<HTMLElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - left) / Math.max(1, width);
    onRead(Math.round(Math.min(1, Math.max(0, share)) * last));
  };
  const trouble = trend?.trouble || line.trouble;
  return (
    <li data-multiple={line.place} onFocusCapture={onFocus}>
      <Name line={line} onOpen={onOpen} />
      {trouble && (
        <small class="rw-muted" dir="auto">
          {trouble}
        </small>
      )}
      {values.length > 0 && top !== null && (
        <span class="rw-step-plot" onPointerMove={read} onPointerDown={read}>
          <TrendLine
            trend={values.map((value, place) => ({ value, ripe: open === null || place < open }))}
            top={top}
            least={1}
            size={[240, 56]}
          />
          {at !== null && <i style={{ left: `${(at / last) * 100}%` }} />}
        </span>
      )}
      <b>{text}</b>
    </li>
  );
}

/** Where the lines are read: by the pointer, or by arrow keys. */
function useReading(count: number) {
  const [at, setAt] = useState<number | null>(null);
  const press = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const to = {
      ArrowLeft: Math.max(0, (at ?? count) - 1),
      ArrowRight: Math.min(count - 1, (at ?? -1) + 1),
      Home: 0,
      End: count - 1,
      Escape: null,
    }[event.key];
    if (to === undefined || (to === null && at === null)) {
      move(event);
      return;
    }
    setAt(to);
    event.preventDefault();
    event.stopPropagation();
  };
  return { at: at !== null && at < count ? at : null, setAt, press };
}

export function Multiples(props: Props): JSX.Element {
  const { lines, metric, label, trends, failure, onOpen } = props;
  const { width } = useView();
  const starts = trends?.starts ?? [];
  const { at, setAt, press } = useReading(starts.length);
  const [focused, setFocused] = useState<string | null>(null);
  if (!trends) return failure ? <ErrorText failure={failure} /> : <Placeholder rows={6} />;
  const { unit, base, every, rows } = trends;
  const trendOf = new Map(rows.map((row) => [row.name, row]));
  const drawn = lines.map((line) => ({ line, trend: trendOf.get(line.name) }));
  const apart = unit === "amount" && currenciesOf(lines).length > 1;
  const values = drawn.flatMap(({ trend }) => trend?.values.map((one) => one ?? 0) ?? []);
  const { high: top } = scaleFrom(0, Math.max(0, ...values), 2);
  const axis = { unit, base, currency: drawn[0]?.trend?.currency ?? "" };
  const [first, last] = [starts[0], starts.at(-1)];
  const read = at !== null && starts[at] ? intervalWords(starts[at], every) : null;
  const valueAt = (trend: CampaignTrend | undefined): string =>
    trend && at !== null
      ? exactValue(trend.values[at] ?? null, { ...axis, currency: trend.currency })
      : "";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the names inside, and along their lines.
    <div
      class="rw-multiples"
      data-testid="multiples"
      onKeyDown={press}
      onPointerLeave={() => setAt(null)}
    >
      <p>
        <b>{label}</b>{" "}
        <span class="rw-muted">
          {!read && first && last && rangeWords(dayOf(first), dayOf(last))}
        </span>
        <span role="status" data-testid="multiples-read">
          {read}
          {read && focused !== null && (
            <span class="rw-offscreen">
              : {focused} {valueAt(trendOf.get(focused))}
            </span>
          )}
        </span>
      </p>
      {apart && (
        <p class="rw-muted">
          Amounts are in several currencies and cannot share an axis: choose campaigns in one
          currency.
        </p>
      )}
      <ul
        class="rw-steps"
        aria-label={`${label} of each campaign`}
        style={{ gridTemplateColumns: `auto repeat(${perRow[width]}, minmax(0, 1fr))` }}
      >
        {drawn.map(({ line, trend }, place) => [
          place % perRow[width] === 0 && (
            <li key={`axis ${place}`} class="rw-steps-axis" aria-hidden="true">
              {[top, 0].map((one) => (
                <span key={one}>{!apart && tickText(one, axis)}</span>
              ))}
            </li>
          ),
          <Cell
            key={line.place}
            line={line}
            trend={trend}
            text={at === null || !trend ? line.numbers?.metrics[metric]?.text : valueAt(trend)}
            top={apart ? null : top}
            at={at}
            onRead={setAt}
            onOpen={() => onOpen(line)}
            onFocus={() => setFocused(line.name)}
          />,
        ])}
      </ul>
      <p class="rw-caption">
        One axis for all, from 0; dashed where values may still grow. ← and → read along the lines,
        Escape returns to the whole.
      </p>
    </div>
  );
}
