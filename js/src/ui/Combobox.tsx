// A list that is searched by typing; the first that fits is chosen by Enter (the combobox of the ARIA practices, with a list).
import type { JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Choice } from "./Controls";
import { Arrow } from "./icons";
import { useView } from "./view";

interface Props {
  label: string;
  value: string;
  choices: Choice[];
  onChange: (value: string) => void;
  /** Why it cannot be used. */
  closed?: string;
  testid?: string;
}

/** More are not drawn: whoever types finds them. */
const mostDrawn = 80;

const plain = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[_/]/g, " ").toLowerCase();

/** Those whose label or value has every word, first those of which a word begins so. */
export function fitting(choices: Choice[], query: string): Choice[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  const text = ({ label, value }: Choice): string => ` ${plain(label)} ${plain(value)}`;
  const fits = choices.filter((one) => words.every((word) => text(one).includes(word)));
  const begins = (one: Choice): boolean => words.every((word) => text(one).includes(` ${word}`));
  return [...fits.filter(begins), ...fits.filter((one) => !begins(one))];
}

export function Combobox(props: Props): JSX.Element {
  const { label, value, choices, onChange, closed, testid } = props;
  const { root } = useView();
  const id = useId();
  const box = useRef<HTMLSpanElement>(null);
  // Null while the list is closed.
  const [query, setQuery] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const isOpen = query !== null;
  const found = isOpen ? fitting(choices, query).slice(0, mostDrawn) : [];
  const chosen = choices.find((one) => one.value === value);
  const open = (): void => {
    if (isOpen) return;
    setQuery("");
    setAt(
      Math.max(
        0,
        choices.findIndex((one) => one.value === value),
      ),
    );
  };
  const close = (): void => setQuery(null);
  const take = (choice: Choice | undefined): void => {
    if (!choice || choice.closed !== undefined) return;
    close();
    if (choice.value !== value) onChange(choice.value);
  };
  useEffect(() => {
    if (!isOpen) return;
    const life = new AbortController();
    const outside = (event: Event): void => {
      if (box.current && !event.composedPath().includes(box.current)) close();
    };
    root.ownerDocument.addEventListener("pointerdown", outside, {
      capture: true,
      signal: life.signal,
    });
    return () => life.abort();
  }, [isOpen]);
  // What is typed next replaces the words of what was chosen, as it does where Tab leads here.
  useLayoutEffect(() => {
    const field = box.current?.querySelector("input");
    if (!isOpen && field?.matches(":focus")) field.select();
  }, [isOpen, chosen?.label]);
  useEffect(() => {
    box.current?.querySelector('[role=option][aria-selected="true"]')?.scrollIntoView?.({
      block: "nearest",
    });
  }, [at, isOpen]);
  const press = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    const last = found.length - 1;
    const moves: Record<string, number> = {
      ArrowDown: Math.min(last, at + 1),
      ArrowUp: Math.max(0, at - 1),
      PageDown: Math.min(last, at + 10),
      PageUp: Math.max(0, at - 10),
    };
    const to = moves[event.key];
    if (to !== undefined) {
      if (isOpen) setAt(to);
      else open();
    } else if (event.key === "Enter" && isOpen) take(found[at]);
    else if (event.key === "Escape" && isOpen) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <span class="rw-combo" ref={box}>
      <input
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && found[at] ? `${id}-${at}` : undefined}
        autocomplete="off"
        // About as wide as its words, whose letters are narrower than those that a size counts by.
        size={Math.max(9, Math.round((chosen?.label ?? value).length * 0.8))}
        spellcheck={false}
        data-tip={closed ? `${label}: ${closed}` : label}
        disabled={closed !== undefined}
        placeholder={isOpen ? (chosen?.label ?? value) : undefined}
        value={query ?? chosen?.label ?? value}
        data-value={value}
        data-testid={testid}
        onClick={open}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
        }}
        onBlur={close}
        onKeyDown={press}
      />
      <Arrow />
      <div
        role="listbox"
        id={`${id}-list`}
        class="rw-combo-list"
        aria-label={label}
        hidden={!isOpen}
      >
        {found.map((choice, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are those of the field, which keeps the focus.
          <div
            key={choice.value}
            role="option"
            id={`${id}-${place}`}
            tabIndex={-1}
            aria-selected={place === at}
            aria-disabled={choice.closed !== undefined}
            data-value={choice.value}
            data-chosen={choice.value === value}
            // The field keeps the focus: it would close the list.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(choice)}
          >
            {choice.label}
            {choice.closed && <small> {choice.closed}</small>}
          </div>
        ))}
        {isOpen && found.length === 0 && <p class="rw-muted">Nothing fits.</p>}
      </div>
    </span>
  );
}
