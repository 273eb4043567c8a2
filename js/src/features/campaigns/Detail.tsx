// What an unfolded row says: the verdict, the ways on, and how each step converts.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
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
import { ErrorText, failureOf, Placeholder, slowPatience } from "../audience/answer";
import type { Placed } from "./lines";
import { TrendLine, wordOf } from "./marks";

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

function useDetail(line: Placed, month: string | null) {
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
  }, [line.place, month, given, kernel]);
  return { detail: given ?? found, failure, waits: !given && kernel };
}

/** The columns that a narrow table has no room for. */
function More({ numbers }: { numbers: CampaignNumbers }): JSX.Element {
  const { lift, channels } = numbers;
  const rows: [string, string][] = [
    ["Channels", channels.map((one) => one.label).join(", ")],
    ["Lift", lift ? `${lift.text}, ${wordOf(lift)} (${lift.interval})` : numbers.no_lift],
    ["Value", numbers.value_text],
    ["Ripe", [numbers.ripe_text, numbers.windows].filter(Boolean).join(", ")],
  ];
  return (
    <dl class="rw-campaign-more">
      {rows.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{text}</dd>
        </div>
      ))}
    </dl>
  );
}

interface Props {
  line: Placed;
  month: string | null;
  panel: string;
  columns: number;
  onOpen: (part: CampaignPart) => void;
}

export function Detail({ line, month, panel, columns, onOpen }: Props): JSX.Element {
  const { width } = useView();
  const { detail, failure, waits } = useDetail(line, month);
  return (
    <tr class="rw-campaign-detail" id={panel}>
      <td class="rw-col-fold" />
      <td colSpan={columns - 1}>
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
            {(width === "small" || width === "medium") && line.numbers && (
              <More numbers={line.numbers} />
            )}
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
