// One campaign as a row, and what it says when it is unfolded.
import type { JSX } from "preact";
import { plural } from "../../ui/format";
import { Icon, Mark } from "../../ui/icons";
import { capitalised } from "../../ui/text";
import type { CampaignColumn, CampaignNumbers } from "../../wire/campaigns";
import type { Scale } from "../experiment/scale";
import { cellCount, textOf } from "./columns";
import { type Placed, sortedBy } from "./lines";
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

interface CellProps {
  column: CampaignColumn;
  numbers: CampaignNumbers;
  scales: Scales;
  /** Whether there is room for a drawing beside the number. */
  marks: boolean;
}

function Cell({ column, numbers, scales, marks }: CellProps): JSX.Element {
  const { lift } = numbers;
  switch (column) {
    case "channels":
      return (
        <td class="rw-col-channels">
          <Channels numbers={numbers} />
        </td>
      );
    case "rate":
      return (
        <>
          <td class="rw-num rw-col-rate" data-value={numbers.rate ?? ""}>
            <b>{numbers.rate_text}</b>
            <small>{numbers.interval_text}</small>
          </td>
          {marks && (
            <td class="rw-col-ratebar">
              <RateBar numbers={numbers} top={scales.top} />
            </td>
          )}
        </>
      );
    case "lift":
      return (
        <>
          {marks && (
            <td class="rw-col-liftmark">
              <LiftMark lift={lift} scale={scales.lift} />
            </td>
          )}
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
              <span class="rw-muted">{numbers.no_lift}</span>
            )}
          </td>
        </>
      );
    case "trend": {
      const points = numbers.trend.filter((one) => one.value !== null).length;
      return (
        <td class="rw-col-trend">
          <span class="rw-ripe">
            <TrendLine trend={numbers.trend} />
            <span class="rw-muted">
              {points < leastPoints ? points > 0 && plural(points, "day") : numbers.best}
            </span>
          </span>
        </td>
      );
    }
    case "ripe":
      return (
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
      );
    default:
      return (
        <td class={`rw-num rw-col-${column}`} data-value={sortedBy(column, numbers) ?? ""}>
          {textOf(column, numbers)}
        </td>
      );
  }
}

export function Name({ line, onOpen }: { line: Placed; onOpen: () => void }): JSX.Element {
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
  columns: CampaignColumn[];
  marks: boolean;
  onFold: () => void;
  onOpen: () => void;
}

export function Row(props: Props): JSX.Element {
  const { line, scales, open, panel, busy, columns, marks, onFold, onOpen } = props;
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
        columns.map((column) => (
          <Cell key={column} column={column} numbers={numbers} scales={scales} marks={marks} />
        ))
      ) : (
        <td colSpan={cellCount(columns, marks)} class="rw-muted rw-campaign-trouble" dir="auto">
          {line.trouble || (busy ? <span class="rw-bone rw-bone-small" /> : "")}
        </td>
      )}
    </tr>
  );
}
