// Which campaigns are shown: those of some states, of a channel, a goal and a size; each filter is a chip to take away.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Select } from "../../ui/Controls";
import { plural } from "../../ui/format";
import { Mark } from "../../ui/icons";
import { Group } from "../../ui/regions";
import { capitalised } from "../../ui/text";
import { useView } from "../../ui/view";
import type { CampaignChoice, CampaignLine } from "../../wire/campaigns";
import { HeaderMenu } from "../dashboard/HeaderMenu";
import { valuesOf } from "./lines";

interface Props {
  choice: CampaignChoice;
  choose: (patch: Partial<CampaignChoice>) => void;
  lines: CampaignLine[];
}

interface FilterProps {
  label: string;
  /** What stands there while any is shown. */
  any: string;
  value: string | null;
  values: string[];
  onChange: (value: string | null) => void;
  testid: string;
}

/** A choice among the campaigns' values; with a single value there is nothing to choose. */
function Filter({ value, values, ...more }: FilterProps): JSX.Element | null {
  const { any, label, onChange, testid } = more;
  if (values.length < 2 && value === null) return null;
  const choices = values.map((one) => ({ value: one, label: one }));
  return (
    <Select
      label={label}
      value={value ?? ""}
      choices={[{ value: "", label: any }, ...choices]}
      onChange={(one) => onChange(one || null)}
      testid={testid}
    />
  );
}

/** Up to this many states are named on the button. */
const named = 3;

/** Any number of states; one that no campaign is in any more can still be taken out. */
function States({ choice, choose, lines }: Props): JSX.Element | null {
  const { states } = choice;
  const offered = [...new Set([...valuesOf(lines, ({ status }) => [status]), ...states])];
  if (offered.length < 2 && states.length === 0) return null;
  const words = states.length > named ? `${states.length} states` : states.join(", ");
  const name = words ? (
    <span>
      <span class="rw-offscreen">State: </span>
      {capitalised(words)}
    </span>
  ) : (
    "Any state"
  );
  return (
    <HeaderMenu name={name} testid="campaign-states">
      {() => (
        <div class="rw-pop" role="dialog" aria-label="State">
          <Group class="rw-pop-list" label="State" roving>
            {offered.map((state) => (
              <button
                key={state}
                type="button"
                aria-pressed={states.includes(state)}
                data-state={state}
                onClick={() =>
                  choose({
                    states: offered.filter((one) => (one === state) !== states.includes(one)),
                  })
                }
              >
                {capitalised(state)}
                {states.includes(state) && <Mark name="check" />}
              </button>
            ))}
          </Group>
        </div>
      )}
    </HeaderMenu>
  );
}

const sizes = [100, 500, 1000, 5000, 10_000];
const sizeWords = (least: number): string => `${plural(least, "entry", "entries")} or more`;

/** What shows all again. */
const nothing = { states: [], channel: null, goal: null, least: 0 };

/** Each filter in words, with the choice without it. */
function chipsOf(choice: CampaignChoice): [string, Partial<CampaignChoice>][] {
  const { states, channel, goal, least } = choice;
  const chips: [string, Partial<CampaignChoice>][] = states.map((state) => [
    capitalised(state),
    { states: states.filter((one) => one !== state) },
  ]);
  if (channel !== null) chips.push([channel, { channel: null }]);
  if (goal !== null) chips.push([`Goal: ${goal}`, { goal: null }]);
  if (least > 0) chips.push([sizeWords(least), { least: 0 }]);
  return chips;
}

/** The focus goes from a chip that is taken away to the next, and from the last to the filter before. */
function Chips({ choice, choose }: Props): JSX.Element | null {
  const { root } = useView();
  const left = useRef<number | null>(null);
  const chips = chipsOf(choice);
  useEffect(() => {
    if (left.current === null) return;
    const all = root.querySelectorAll<HTMLElement>("[data-chip]");
    const before = root.querySelector<HTMLElement>("[data-testid=campaign-least]");
    (all[Math.min(left.current, chips.length - 1)] ?? before)?.focus();
    left.current = null;
  });
  if (chips.length === 0) return null;
  const take = (patch: Partial<CampaignChoice>, at: number): void => {
    left.current = at;
    choose(patch);
  };
  return (
    <Group class="rw-choices" label="Filters" testid="campaign-chips" roving>
      {chips.map(([label, patch], at) => (
        <button
          key={`${Object.keys(patch)} ${label}`}
          type="button"
          class="rw-pill rw-pill-running rw-chip"
          aria-label={`Remove filter ${label}`}
          data-chip={label}
          onClick={() => take(patch, at)}
        >
          {label}
          <Mark name="close" />
        </button>
      ))}
      {chips.length > 1 && (
        <button type="button" class="rw-button rw-quiet" onClick={() => take(nothing, 0)}>
          Clear all
        </button>
      )}
    </Group>
  );
}

export function Filters(props: Props): JSX.Element {
  const { choice, choose, lines } = props;
  return (
    <>
      <States {...props} />
      <Filter
        label="Channel"
        any="All channels"
        value={choice.channel}
        values={valuesOf(lines, ({ channels }) => channels.map((one) => one.label))}
        onChange={(channel) => choose({ channel })}
        testid="campaign-channel"
      />
      <Filter
        label="Goal"
        any="Any goal"
        value={choice.goal}
        values={valuesOf(lines, ({ goal }) => [goal])}
        onChange={(goal) => choose({ goal })}
        testid="campaign-goal"
      />
      <Select
        label="Entries"
        value={String(choice.least)}
        choices={[
          { value: "0", label: "Any size" },
          ...sizes.map((one) => ({ value: String(one), label: sizeWords(one) })),
        ]}
        onChange={(least) => choose({ least: Number(least) })}
        testid="campaign-least"
      />
      <Chips {...props} />
    </>
  );
}
