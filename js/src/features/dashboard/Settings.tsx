// What is set once, and seldom changed: zone, definitions, clock, machine opens, how numbers are written.
import type { JSX } from "preact";
import { Combobox } from "../../ui/Combobox";
import { type Choice, Select, Toggle } from "../../ui/Controls";
import { needsKernel } from "../../ui/Segments";
import { spaced } from "../../ui/text";
import { useSnapshot, useView } from "../../ui/view";
import type { Closable } from "../../wire/options";
import type { Selection } from "../../wire/selection";
import { HeaderMenu } from "./HeaderMenu";

type Names = "time_zone" | "definitions" | "clock" | "machine_opens" | "locale";

interface Props {
  chosen: Pick<Selection, Names>;
  choose: (patch: Partial<Pick<Selection, Names>>) => void;
  /** The zone in force, how it is called, and what stands for choosing none. */
  zone: string;
  zoneLabel: string;
  ownZone: string;
  definitions: Choice[];
  /** Why controls cannot be used, by control. */
  closed?: Partial<Record<Closable, string>>;
}

const clocks = [
  { value: "event", label: "By day of the event" },
  { value: "entry", label: "By day of entry" },
];

/** The name of a locale in English, as its users would look for it: "German (de)". */
function localeLabel(name: string): string {
  try {
    return `${new Intl.DisplayNames(["en"], { type: "language" }).of(name) ?? name} (${name})`;
  } catch {
    return name;
  }
}

export const definitionsLabel = (name: string): string =>
  name === "default" ? "Default definitions" : name;

function Panel(props: Props): JSX.Element {
  const { chosen, choose, zone, zoneLabel, definitions } = props;
  const { options, fixed } = useSnapshot();
  const closed = fixed ? needsKernel : undefined;
  const zones: Choice[] = [
    { value: "", label: chosen.time_zone === null ? zoneLabel : props.ownZone },
    ...options.time_zones.map((name) => ({
      value: name,
      label: name === zone ? zoneLabel : spaced(name),
    })),
  ];
  const locales = (options.locales ?? []).map((name) => ({
    value: name,
    label: localeLabel(name),
  }));
  const opens = closed ?? props.closed?.machine_opens;
  return (
    <div class="rw-pop rw-settings-pop" role="dialog" aria-label="Settings">
      <span aria-hidden="true">Time zone</span>
      <Combobox
        label="Time zone"
        value={chosen.time_zone ?? ""}
        choices={zones}
        closed={closed}
        testid="zone"
        onChange={(name) => choose({ time_zone: name || null })}
      />
      {definitions.length > 1 && (
        <>
          <span aria-hidden="true">Definitions</span>
          <Select
            label="Definitions of the metrics"
            value={chosen.definitions}
            closed={closed}
            testid="definitions"
            choices={definitions}
            onChange={(name) => choose({ definitions: name })}
          />
        </>
      )}
      <span aria-hidden="true">Counted</span>
      <Select
        label="Day to count on"
        value={chosen.clock}
        choices={clocks}
        closed={closed ?? props.closed?.clock}
        testid="clock"
        onChange={(clock) => choose({ clock })}
      />
      <span aria-hidden="true">Opens</span>
      <Toggle
        label="Count machine opens"
        on={chosen.machine_opens}
        disabled={opens !== undefined}
        title={opens}
        onChange={(on) => choose({ machine_opens: on })}
      />
      {locales.length > 1 && (
        <>
          <span aria-hidden="true">Numbers</span>
          <Combobox
            label="How numbers and days are written"
            value={chosen.locale ?? "en"}
            choices={locales}
            closed={closed}
            testid="locale"
            onChange={(name) => choose({ locale: name })}
          />
        </>
      )}
      {fixed && <p class="rw-muted">{needsKernel}</p>}
    </div>
  );
}

export function SettingsMenu(props: Props): JSX.Element {
  return (
    <HeaderMenu name="Settings" mark="settings" testid="settings">
      {() => <Panel {...props} />}
    </HeaderMenu>
  );
}

/** Those of one campaign's results. */
export function Settings(): JSX.Element {
  const { store } = useView();
  const { status, selection, options } = useSnapshot();
  return (
    <SettingsMenu
      chosen={selection}
      choose={(patch) => store.select(patch)}
      zone={status.zone}
      zoneLabel={status.zone_label}
      ownZone="Your time zone"
      definitions={status.definitions.map((name) => ({
        value: name,
        label: definitionsLabel(name),
      }))}
      closed={options.closed}
    />
  );
}
