// One campaign as a row, and what it says when it is unfolded.
import type { JSX } from "preact";
import { Icon, Mark } from "../../ui/icons";
import { capitalised } from "../../ui/text";
import type { CampaignNumbers } from "../../wire/campaigns";
import type { Scale } from "../experiment/scale";
import type { Placed } from "./lines";
import { LiftMark, leastPoints, RateBar, RipeBar, TrendLine, toneOf, wordOf } from "./marks";

export interface Scales {
  top: number;
  lift: Scale;
}

function Channels({ numbers }: { numbers: CampaignNumbers }): JSX.Element {
  return (
    <ul class="rw-channel-icons">
      {numbers.channels.map(({ label, icon }) => (
        <li key={label} title={label}>
          <Icon name={icon} />
          <span class="rw-offscreen">{label}</span>
        </li>
      ))}
    </ul>
  );
}

function LiftCells({ numbers, scale }: { numbers: CampaignNumbers; scale: Scale }): JSX.Element {
  const { lift, no_lift: none } = numbers;
  return (
    <>
      <td class="rw-col-liftmark">
        <LiftMark lift={lift} scale={scale} />
      </td>
      <td
        class="rw-num rw-col-lift"
        data-value={lift?.value ?? ""}
        data-verdict={lift?.verdict ?? ""}
      >
        {lift ? (
          <>
            <b class={toneOf(lift)}>{lift.text}</b>
            <small>
              {wordOf(lift)}, {lift.interval}
            </small>
          </>
        ) : (
          <span class="rw-muted">{none}</span>
        )}
      </td>
    </>
  );
}

function Numbers({ numbers, scales }: { numbers: CampaignNumbers; scales: Scales }): JSX.Element {
  return (
    <>
      <td class="rw-col-channels">
        <Channels numbers={numbers} />
      </td>
      <td class="rw-num rw-col-entries" data-value={numbers.entries ?? ""}>
        {numbers.entries_text}
      </td>
      <td class="rw-num rw-col-rate" data-value={numbers.rate ?? ""}>
        <b>{numbers.rate_text}</b>
        <small>{numbers.interval_text}</small>
      </td>
      <td class="rw-col-ratebar">
        <RateBar numbers={numbers} top={scales.top} />
      </td>
      <LiftCells numbers={numbers} scale={scales.lift} />
      <td class="rw-num rw-col-value" data-value={numbers.value ?? ""}>
        {numbers.value_text}
      </td>
      <td class="rw-col-trend">
        <span class="rw-ripe">
          <TrendLine trend={numbers.trend} />
          {numbers.trend.filter((one) => one.value !== null).length >= leastPoints && (
            <span class="rw-muted">{numbers.best}</span>
          )}
        </span>
      </td>
      <td
        class="rw-col-ripe"
        data-value={numbers.ripe ?? ""}
        data-tip={numbers.windows || undefined}
      >
        {numbers.ripe !== null && (
          <span class="rw-ripe">
            <RipeBar share={numbers.ripe} />
            <span>{numbers.ripe_text}</span>
          </span>
        )}
        <span class="rw-offscreen">{numbers.windows}</span>
      </td>
    </>
  );
}

function Name({ line, onOpen }: { line: Placed; onOpen: () => void }): JSX.Element {
  const status = line.numbers?.status ?? "";
  return (
    <div class="rw-campaign-line">
      <span
        class={`rw-status rw-status-${status === "running" ? "running" : status === "paused" ? "paused" : "ended"}`}
        aria-hidden="true"
      />
      {line.href ? (
        <a class="rw-campaign-name" data-row={line.place} dir="auto" href={line.href}>
          {line.name}
        </a>
      ) : (
        <button
          type="button"
          class="rw-campaign-name"
          data-row={line.place}
          dir="auto"
          onClick={onOpen}
        >
          {line.name}
        </button>
      )}
      {status && status !== "running" && (
        <span class="rw-muted rw-campaign-status">{capitalised(status)}</span>
      )}
    </div>
  );
}

interface Props {
  line: Placed;
  scales: Scales;
  open: boolean;
  panel: string;
  busy: boolean;
  /** How many columns are shown. */
  columns: number;
  onFold: () => void;
  onOpen: () => void;
}

export function Row(props: Props): JSX.Element {
  const { line, scales, open, panel, busy, columns, onFold, onOpen } = props;
  const { numbers } = line;
  return (
    <tr class={open ? "rw-campaign rw-campaign-open" : "rw-campaign"} data-campaign={line.place}>
      <td class="rw-col-fold">
        {numbers && (
          <button
            type="button"
            class="rw-iconbutton"
            aria-expanded={open}
            aria-controls={open ? panel : undefined}
            aria-label={`${open ? "Fold" : "Unfold"} ${line.name}`}
            onClick={onFold}
          >
            <Mark name={open ? "fold" : "next"} />
          </button>
        )}
      </td>
      <th scope="row" class="rw-col-name">
        <Name line={line} onOpen={onOpen} />
      </th>
      {numbers ? (
        <Numbers numbers={numbers} scales={scales} />
      ) : (
        <td colSpan={columns - 2} class="rw-muted rw-campaign-trouble" dir="auto">
          {line.trouble || (busy ? <span class="rw-bone rw-bone-small" /> : "")}
        </td>
      )}
    </tr>
  );
}
