// The few controls every panel is made of.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { copyText } from "./clipboard";
import { Arrow, Mark } from "./icons";
import { usePaper } from "./paper";
import { Group } from "./regions";
import { useView } from "./view";

export interface Choice {
  value: string;
  label: string;
  /** Why it cannot be chosen. */
  closed?: string;
}

interface SelectProps {
  label: string;
  value: string;
  choices: Choice[];
  onChange: (value: string) => void;
  disabled?: boolean;
  /** Why it is closed: then it cannot be used. */
  closed?: string;
  testid?: string;
}

/** A native select: the platform brings the list, type-ahead and the keyboard. */
export function Select({
  label,
  value,
  choices,
  onChange,
  disabled,
  closed,
  testid,
}: SelectProps): JSX.Element {
  const known = choices.some((choice) => choice.value === value);
  // A list that is open belongs to the platform, which says of no entry why it is closed.
  const shut = choices.flatMap((one) => (one.closed ? [`${one.label}: ${one.closed}`] : []));
  const told = closed ? `${label}: ${closed}` : [label, ...shut].join("\n");
  if (usePaper()) return <span>{choices.find((one) => one.value === value)?.label ?? value}</span>;
  return (
    // A control that is closed takes no focus itself; its reason is to be found by keys, too.
    <span
      class="rw-select"
      {...(closed ? { tabIndex: 0, role: "note", "aria-label": `${label}: ${closed}` } : {})}
    >
      <select
        aria-label={label}
        data-tip={told}
        value={value}
        disabled={disabled || closed !== undefined}
        data-testid={testid}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {!known && <option value={value}>{value}</option>}
        {choices.map((choice) => (
          <option
            key={choice.value}
            value={choice.value}
            selected={choice.value === value}
            disabled={choice.closed !== undefined}
          >
            {choice.label}
          </option>
        ))}
      </select>
      <Arrow />
    </span>
  );
}

interface ToggleProps {
  label: string;
  /** Why it cannot be switched now: it stays in reach, so that the reason is read. */
  closed?: string;
  on: boolean;
  onChange: (on: boolean) => void;
  disabled?: boolean;
  title?: string;
}

export function Toggle({ label, on, onChange, disabled, closed, title }: ToggleProps): JSX.Element {
  return (
    <button
      type="button"
      role="switch"
      class="rw-toggle"
      aria-checked={on}
      disabled={disabled}
      aria-disabled={closed === undefined ? undefined : true}
      data-tip={closed ?? title}
      onClick={() => closed === undefined && onChange(!on)}
    >
      <span class="rw-toggle-track" aria-hidden="true" />
      {label}
    </button>
  );
}

interface OneOfProps<Value extends string> {
  label: string;
  choices: [value: Value, label: ComponentChildren, tip?: string][];
  value: Value;
  onChange: (value: Value) => void;
}

/** Buttons of which one is pressed. */
export function OneOf<Value extends string>(props: OneOfProps<Value>): JSX.Element {
  return (
    <Group class="rw-choices" label={props.label}>
      {props.choices.map(([value, label, tip]) => (
        <button
          key={value}
          type="button"
          class="rw-button"
          aria-pressed={value === props.value}
          data-tip={tip}
          data-choice={value}
          onClick={() => props.onChange(value)}
        >
          {label}
        </button>
      ))}
    </Group>
  );
}

export const quiet = "rw-button rw-quiet";

/** A button without a frame. */
export const Quiet = (props: JSX.IntrinsicElements["button"]): JSX.Element => (
  <button type="button" class={quiet} {...props} />
);

interface CopyProps {
  text: () => string;
  label: string;
  children?: ComponentChildren;
}

/** Copies and says so for a moment. */
export function CopyButton({ text, label, children }: CopyProps): JSX.Element {
  const { root } = useView();
  const [done, setDone] = useState<boolean | null>(null);
  useEffect(() => {
    if (done === null) return;
    const timer = setTimeout(() => setDone(null), 1600);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async (): Promise<void> => setDone(await copyText(text(), root));
  return (
    <button
      type="button"
      class={children ? quiet : "rw-iconbutton"}
      aria-label={label}
      data-tip={label}
      onClick={() => void copy()}
    >
      <Mark name={done ? "check" : "copy"} />
      {children}
      <span class="rw-offscreen" role="status">
        {done === null ? "" : done ? "Copied" : "Could not copy"}
      </span>
    </button>
  );
}

/** Takes away what it stands in. */
export function CloseButton({
  label,
  onClose,
}: {
  label: string;
  onClose: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="rw-iconbutton"
      aria-label={label}
      data-tip="Close"
      onClick={onClose}
    >
      <Mark name="close" />
    </button>
  );
}
