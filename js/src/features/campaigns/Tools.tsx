// Which campaigns are shown and how: by name and filters, as a table or as lines, and the month that all numbers are of.
import type { JSX, TargetedKeyboardEvent } from "preact";
import { OneOf, Select } from "../../ui/Controls";
import { Mark } from "../../ui/icons";
import { useSnapshot } from "../../ui/view";
import type {
  CampaignChoice,
  CampaignLine,
  CampaignMetric,
  MonthChoice,
  CampaignSettings as Settings,
} from "../../wire/campaigns";
import { definitionsLabel, SettingsMenu } from "../dashboard/Settings";
import { ColumnsMenu } from "./ColumnsMenu";
import type { Head } from "./columns";
import { Filters } from "./Filters";
import { useShared } from "./useCampaigns";

export interface ToolProps {
  choice: CampaignChoice;
  choose: (patch: Partial<CampaignChoice>) => void;
  lines: CampaignLine[];
  months: MonthChoice[];
  metrics: CampaignMetric[];
  heads: Head[];
}

/** A step to the month before or after; months are the newest first. */
function Step({ by, choice, choose, months }: ToolProps & { by: 1 | -1 }): JSX.Element {
  const at = months.findIndex(({ value }) => value === choice.month);
  const next = choice.month === null ? (by > 0 ? months[0] : undefined) : months[at + by];
  return (
    <button
      type="button"
      class="rw-iconbutton"
      aria-label={by > 0 ? "Previous month" : "Next month"}
      disabled={!next}
      onClick={() => next && choose({ month: next.value })}
    >
      <Mark name={by > 0 ? "back" : "next"} />
    </button>
  );
}

export function MonthMenu(props: ToolProps): JSX.Element | null {
  const { kernel, standalone } = useSnapshot();
  const { choice, choose, months } = props;
  if (standalone || months.length === 0) return null;
  const choices = [{ value: "", label: "All time" }, ...months];
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

/** "/" goes to the find field, wherever in the list one is. */
export function findByKey(event: TargetedKeyboardEvent<HTMLElement>): void {
  if (event.key !== "/" || (event.target as Element).closest("input, select, textarea")) return;
  event.preventDefault();
  event.currentTarget.querySelector<HTMLElement>("[data-testid=find-campaign]")?.focus();
}

const shows: [CampaignChoice["show"], string][] = [
  ["table", "Table"],
  ["multiples", "Small multiples"],
];

/** As a table of chosen columns, or as lines of a chosen metric. */
function Show({ choice, choose, metrics, heads }: ToolProps): JSX.Element {
  const { standalone } = useSnapshot();
  const { trends } = useShared();
  // A saved page has the lines that it was written with.
  const known = metrics.filter(({ key }) => !standalone || trends?.[key]);
  return (
    <span class="rw-header-tools">
      {known.length > 0 && (
        <OneOf
          label="Show as"
          choices={shows.map(([show, label]) => [
            show,
            <>
              <Mark name={show} />
              {label}
            </>,
          ])}
          value={choice.show}
          onChange={(show) => choose({ show })}
        />
      )}
      {choice.show === "multiples" && known.length > 0 ? (
        <Select
          label="Metric"
          value={choice.metric}
          choices={known.map(({ key, label }) => ({ value: key, label }))}
          onChange={(metric) => choose({ metric })}
          testid="campaign-metric"
        />
      ) : (
        <ColumnsMenu choice={choice} choose={choose} heads={heads} />
      )}
    </span>
  );
}

/** Zone, definitions and clock of all campaigns, which one that is opened takes over. */
export function CampaignSettings({
  choice,
  choose,
  settings,
}: Pick<ToolProps, "choice" | "choose"> & { settings: Settings | null }): JSX.Element | null {
  const { standalone } = useSnapshot();
  if (standalone || !settings) return null;
  const { time_zone, definitions, clock, machine_opens, locale } = choice;
  const { offered, definitions: own } = settings;
  const each = "Each campaign’s own";
  return (
    <SettingsMenu
      chosen={{
        ...{ time_zone, definitions, locale },
        clock: clock ?? settings.clock,
        machine_opens: machine_opens ?? settings.machine_opens,
      }}
      choose={choose}
      zone={settings.zone}
      zoneLabel={settings.zone_label}
      ownZone={each}
      definitions={[
        { value: "", label: definitions === "" ? definitionsLabel(own) : each },
        ...offered
          .filter((name) => definitions !== "" || name !== own)
          .map((name) => ({ value: name, label: definitionsLabel(name) })),
      ]}
      closed={settings.closed}
    />
  );
}

export function Tools(props: ToolProps): JSX.Element {
  const { choice, choose } = props;
  return (
    <search class="rw-campaigns-tools">
      <span class="rw-find rw-campaign-find">
        <Mark name="find" />
        <input
          type="search"
          class="rw-find-field"
          aria-label="Find a campaign"
          aria-keyshortcuts="/"
          placeholder="Find a campaign"
          value={choice.search}
          maxLength={200}
          data-testid="find-campaign"
          onInput={(event) => choose({ search: event.currentTarget.value })}
        />
        {choice.search === "" && (
          <span aria-hidden="true">
            <kbd>/</kbd>
          </span>
        )}
      </span>
      <Filters {...props} />
      <Show {...props} />
    </search>
  );
}
