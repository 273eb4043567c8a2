// Finding actions of a large flow by name, and walking from one to the next.
import type { JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Mark } from "../../ui/icons";
import { useKept } from "../../ui/kept";
import { usePaper } from "../../ui/paper";
import { Group } from "../../ui/regions";
import { useSnapshot } from "../../ui/view";
import { found, split } from "./find";

export interface Find {
  query: string;
  /** Ids of what was found, in the campaign's order. */
  hits: string[];
  /** The one that was walked to; null where nothing was found. */
  at: string | null;
  /** Goes up with every step: also a walk to the only one is one. */
  steps: number;
  search: (query: string) => void;
  walk: (step: 1 | -1) => void;
}

export function useFind(): Find {
  const { campaign } = useSnapshot();
  const paper = usePaper();
  const [typed, setQuery] = useKept("query", "");
  const [place, setPlace] = useKept("place", 0);
  const [steps, setSteps] = useState(0);
  // Nothing is looked for on paper.
  const query = paper ? "" : typed;
  const hits = useMemo(() => found(query, campaign.actions), [query, campaign.actions]);
  const count = hits.length;
  return {
    query,
    hits,
    at: hits[Math.min(place, count - 1)] ?? null,
    steps,
    search: (words) => {
      setQuery(words);
      setPlace(0);
      setSteps(steps + 1);
    },
    walk: (step) => {
      if (count > 0) setPlace((Math.min(place, count - 1) + step + count) % count);
      setSteps(steps + 1);
    },
  };
}

interface NamedProps {
  name: string;
  /** The name as it has room: whole where nothing is said. */
  short?: string;
  query: string;
}

/** A name with what was looked for in it, which is not among what is left out. */
export function Named({ name, short = name, query }: NamedProps): JSX.Element {
  const [skipped, sought] = split(name, query);
  const isLeftOut = sought !== "" && split(short, query)[1] === "";
  const [before, hit, after] = split(
    isLeftOut ? `…${name.normalize("NFC").slice(skipped.length)}` : short,
    query,
  );
  if (hit === "") return <>{short}</>;
  return (
    <>
      {before}
      <mark>{hit}</mark>
      {after}
    </>
  );
}

interface Props {
  find: Find;
  /** Leads to what was walked to. */
  reach: () => void;
}

/** The field: Enter walks to the next, with Shift to the one before; the arrow down goes to it, Escape ends the search. */
export function FlowFind({ find, reach }: Props): JSX.Element {
  const { query, hits, at, search, walk } = find;
  const [said, setSaid] = useState("");
  const place = at === null ? 0 : hits.indexOf(at) + 1;
  const words =
    query.trim() === "" ? "" : hits.length === 0 ? "No match" : `${place} of ${hits.length}`;
  // A moment later: each letter typed changes it.
  useEffect(() => {
    const timer = setTimeout(() => setSaid(words), 400);
    return () => clearTimeout(timer);
  }, [words]);
  const press = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "Enter") walk(event.shiftKey ? -1 : 1);
    else if (event.key === "ArrowDown" && at !== null) reach();
    else if (event.key === "Escape" && query !== "") search("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Group class="rw-find" label="Find a step">
      <Mark name="find" />
      <input
        type="search"
        class="rw-find-field"
        placeholder="Find a step"
        aria-label="Find a step by its name"
        aria-keyshortcuts="/"
        data-testid="flow-find"
        value={query}
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={press}
      />
      <span class="rw-muted" aria-hidden="true" data-testid="flow-found">
        {words}
      </span>
      <span class="rw-offscreen" role="status">
        {said}
      </span>
      {query !== "" && (
        <>
          <button
            type="button"
            class="rw-iconbutton"
            aria-label="Previous match"
            disabled={hits.length < 2}
            onClick={() => walk(-1)}
          >
            <Mark name="unfold" />
          </button>
          <button
            type="button"
            class="rw-iconbutton"
            aria-label="Next match"
            disabled={hits.length < 2}
            onClick={() => walk(1)}
          >
            <Mark name="fold" />
          </button>
        </>
      )}
    </Group>
  );
}
