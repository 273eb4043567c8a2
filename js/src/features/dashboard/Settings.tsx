// What is set once, and seldom changed: zone, definitions, clock, machine opens, how numbers are written.
import type { JSX } from "preact";
import { Combobox } from "../../ui/Combobox";
import { type Choice, Select, Toggle } from "../../ui/Controls";
import { needsKernel } from "../../ui/Segments";
import { spaced } from "../../ui/text";
import { useSnapshot, useView } from "../../ui/view";
import { HeaderMenu } from "./HeaderMenu";

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

function Panel(): JSX.Element {
  const { store } = useView();
  const { status, selection, options, fixed } = useSnapshot();
  const closed = fixed ? needsKernel : undefined;
  const zones: Choice[] = [
    { value: "", label: selection.time_zone === null ? status.zone_label : "Your time zone" },
    ...options.time_zones.map((zone) => ({
      value: zone,
      label: zone === status.zone ? status.zone_label : spaced(zone),
    })),
  ];
  const definitions = status.definitions.map((name) => ({
    value: name,
    label: name === "default" ? "Default definitions" : name,
  }));
  const locales = (options.locales ?? []).map((name) => ({
    value: name,
    label: localeLabel(name),
  }));
  const opens = closed ?? options.closed?.machine_opens;
  return (
    <div class="rw-pop rw-settings-pop" role="dialog" aria-label="Settings">
      <span aria-hidden="true">Time zone</span>
      <Combobox
        label="Time zone"
        value={selection.time_zone ?? ""}
        choices={zones}
        closed={closed}
        testid="zone"
        onChange={(zone) => store.select({ time_zone: zone || null })}
      />
      {definitions.length > 1 && (
        <>
          <span aria-hidden="true">Definitions</span>
          <Select
            label="Definitions of the metrics"
            value={selection.definitions}
            closed={closed}
            testid="definitions"
            choices={definitions}
            onChange={(name) => store.select({ definitions: name })}
          />
        </>
      )}
      <span aria-hidden="true">Counted</span>
      <Select
        label="Day that counts stand on"
        value={selection.clock}
        choices={clocks}
        closed={closed ?? options.closed?.clock}
        testid="clock"
        onChange={(clock) => store.select({ clock })}
      />
      <span aria-hidden="true">Opens</span>
      <Toggle
        label="Count machine opens"
        on={selection.machine_opens}
        disabled={opens !== undefined}
        title={opens}
        onChange={(on) => store.select({ machine_opens: on })}
      />
      {locales.length > 1 && (
        <>
          <span aria-hidden="true">Numbers</span>
          <Combobox
            label="How numbers and days are written"
            value={selection.locale ?? "en"}
            choices={locales}
            closed={closed}
            testid="locale"
            onChange={(name) => store.select({ locale: name })}
          />
        </>
      )}
      {fixed && <p class="rw-muted">{needsKernel}</p>}
    </div>
  );
}

export function Settings(): JSX.Element {
  return (
    <HeaderMenu name="Settings" mark="settings" testid="settings">
      {() => <Panel />}
    </HeaderMenu>
  );
}
