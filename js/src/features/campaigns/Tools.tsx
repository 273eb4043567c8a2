// Which campaigns are shown: by name, by channel, and the month that all numbers are of.
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Select } from "../../ui/Controls";
import { Mark } from "../../ui/icons";
import { useSnapshot } from "../../ui/view";
import type { CampaignChoice, MonthChoice } from "../../wire/campaigns";

interface Props {
  choice: CampaignChoice;
  choose: (patch: Partial<CampaignChoice>) => void;
  channels: string[];
  months: MonthChoice[];
}

/** A step to the month before or after; months are the newest first. */
function Step({ by, choice, choose, months }: Props & { by: 1 | -1 }): JSX.Element {
  const at = months.findIndex(({ value }) => value === choice.month);
  const next = choice.month === null ? (by > 0 ? months[0] : undefined) : months[at + by];
  return (
    <button
      type="button"
      class="rw-iconbutton"
      aria-label={by > 0 ? "The month before" : "The month after"}
      disabled={!next}
      onClick={() => next && choose({ month: next.value })}
    >
      <Mark name={by > 0 ? "back" : "next"} />
    </button>
  );
}

export function MonthMenu(props: Props): JSX.Element | null {
  const { kernel, standalone } = useSnapshot();
  const { choice, choose, months } = props;
  if (standalone || months.length === 0) return null;
  const choices = [{ value: "", label: "All of the time" }, ...months];
  return (
    <fieldset class="rw-months" disabled={!kernel}>
      <legend class="rw-offscreen">Month</legend>
      <Step {...props} by={1} />
      <Select
        label="Month"
        value={choice.month ?? ""}
        choices={choices}
        onChange={(value) => choose({ month: value || null })}
        testid="month"
      />
      <Step {...props} by={-1} />
    </fieldset>
  );
}

export function Tools({ choice, choose, channels }: Props): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const all = [{ value: "", label: "All channels" }];
  return (
    <search class="rw-campaigns-tools">
      <span class="rw-campaign-find">
        <input
          ref={field}
          type="search"
          aria-label="Find a campaign"
          placeholder="Find a campaign"
          value={choice.search}
          maxLength={200}
          data-testid="find-campaign"
          onInput={(event) => choose({ search: event.currentTarget.value })}
        />
      </span>
      <Select
        label="Channel"
        value={choice.channel ?? ""}
        choices={[...all, ...channels.map((one) => ({ value: one, label: one }))]}
        onChange={(value) => choose({ channel: value || null })}
        testid="campaign-channel"
      />
    </search>
  );
}
