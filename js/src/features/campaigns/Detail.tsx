// What an unfolded row says: the verdict, the ways on, and how each step converts.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ErrorText, failureOf } from "../../ui/Failure";
import { perCent, rate } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { UsersButton } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";
import type {
  CampaignDetail,
  CampaignNumbers,
  CampaignPart,
  StepTrend,
} from "../../wire/campaigns";
import type { RequestError } from "../../wire/requests";
import { Placeholder, slowPatience } from "../audience/answer";
import { type Head, textOf } from "./columns";
import type { Placed } from "./lines";
import { TrendLine } from "./marks";

/** Small multiples: every step on one scale. */
function Steps({ steps }: { steps: StepTrend[] }): JSX.Element {
  const top = Math.max(0.001, ...steps.flatMap(({ trend }) => trend.map((one) => one.value ?? 0)));
  return (
    <ul class="rw-steps" aria-label="Converted of those who received each step, by week">
      <li class="rw-steps-axis" aria-hidden="true">
        <span>{rate(top)}</span>
        <span>{perCent("0")}</span>
      </li>
      {steps.map((step, at) => (
        <li key={at}>
          <span class="rw-step-name" title={`${step.name}, ${step.channel}`}>
            <Icon name={step.icon} />
            <span class="rw-clip" dir="auto">
              {step.name}
            </span>
          </span>
          <span class="rw-step-plot">
            <TrendLine trend={step.trend} top={top} least={2} />
          </span>
          <b>{step.text}</b>
        </li>
      ))}
    </ul>
  );
}

function useDetail(line: Placed, scope: string) {
  const { store, signal } = useView();
  const { kernel } = useSnapshot();
  const given = line.numbers?.detail ?? null;
  const [found, setFound] = useState<CampaignDetail | null>(null);
  const [failure, setFailure] = useState<RequestError | null>(null);
  useEffect(() => {
    if (given || !kernel) return;
    let latest = true;
    setFound(null);
    setFailure(null);
    store.ask("detail", { place: line.place }, slowPatience).then(
      (detail) => latest && setFound(detail),
      (error: unknown) => latest && !signal.aborted && setFailure(failureOf(error)),
    );
    return () => {
      latest = false;
    };
  }, [line.place, scope, given, kernel]);
  return { detail: given ?? found, failure, waits: !given && kernel };
}

/** The columns that a narrow table has no room for. */
function More({ numbers, left }: { numbers: CampaignNumbers; left: Head[] }): JSX.Element {
  return (
    <dl class="rw-campaign-more">
      {left.map(({ column, label }) => {
        const text = textOf(column, numbers);
        return (
          text !== null && (
            <div key={column}>
              <dt>{label}</dt>
              <dd dir="auto">{text}</dd>
            </div>
          )
        );
      })}
    </dl>
  );
}

interface Props {
  line: Placed;
  /** What the numbers are of, as a key. */
  scope: string;
  panel: string;
  /** How many cells a row has. */
  across: number;
  /** The columns that it has no room for. */
  left: Head[];
  onOpen: (part: CampaignPart) => void;
}

export function Detail({ line, scope, panel, across, left, onOpen }: Props): JSX.Element {
  const { detail, failure, waits } = useDetail(line, scope);
  return (
    <tr class="rw-campaign-detail" id={panel}>
      <td class="rw-col-fold" />
      <td colSpan={across - 1}>
        <div class="rw-campaign-parts">
          <div class="rw-campaign-said">
            {failure && <ErrorText failure={failure} />}
            {!detail && !failure && waits && <Placeholder rows={2} />}
            {detail && (
              <>
                <p class="rw-campaign-verdict" data-kind={detail.kind}>
                  <bdi>{detail.title}</bdi>
                </p>
                {detail.detail && (
                  <p class="rw-muted">
                    <bdi>{detail.detail}</bdi>
                  </p>
                )}
              </>
            )}
            {left.length > 0 && line.numbers && <More numbers={line.numbers} left={left} />}
            <div class="rw-campaign-ways">
              {line.href ? (
                <a class="rw-button rw-primary" href={line.href}>
                  Open results
                </a>
              ) : (
                <button
                  type="button"
                  class="rw-button rw-primary"
                  onClick={() => onOpen("results")}
                >
                  Open results
                </button>
              )}
              {!line.href && line.numbers?.has_experiment && (
                <button type="button" class="rw-button" onClick={() => onOpen("experiment")}>
                  Experiment
                </button>
              )}
              {!line.href && (
                <UsersButton question={{ of: "campaigns", inside: [line.place], outside: [] }}>
                  Users
                </UsersButton>
              )}
            </div>
          </div>
          {detail && detail.steps.length > 0 && <Steps steps={detail.steps} />}
        </div>
      </td>
    </tr>
  );
}
