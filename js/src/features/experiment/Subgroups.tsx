// The difference among the users of each value of a column, which the kernel computes when it is asked for.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Choice, Select } from "../../ui/Controls";
import { ErrorText, failureOf } from "../../ui/Failure";
import { useKept } from "../../ui/kept";
import { spaced } from "../../ui/text";
import { useSnapshot, useView } from "../../ui/view";
import type { ExperimentState, ForestGroup } from "../../wire/experiment";
import type { RequestError } from "../../wire/requests";
import { Forest } from "./Forest";

const patience = 60_000;

interface Props {
  level: string;
  /** Which experiment they are of. */
  of: string;
  /** Those that the page has, where no kernel answers. */
  saved?: ExperimentState["subgroups"];
}

export function Subgroups({ level, of, saved }: Props): JSX.Element | null {
  const { store, signal, paper } = useView();
  const { options, kernel } = useSnapshot();
  const [by, setBy] = useKept("subgroups", "", of);
  const [answer, setAnswer] = useKept<ForestGroup[] | null>("subgroup rows", null, of + by);
  const [failure, setFailure] = useState<RequestError | null>(null);
  const kept = saved?.[by];
  const groups = typeof kept === "object" ? kept : answer;
  useEffect(() => {
    setFailure(null);
    if (by === "" || groups) return;
    let current = true;
    store.ask("subgroups", { by }, patience).then(
      (found) => current && setAnswer(found),
      (error: unknown) => current && !signal.aborted && setFailure(failureOf(error)),
    );
    return () => {
      current = false;
    };
  }, [by, of, store, signal]);
  const columns = options.by.filter((column) => column !== "variant");
  // Nobody can choose on paper.
  if (paper && by === "") return null;
  if (columns.length === 0 || !(kernel || columns.some((column) => saved?.[column]))) return null;
  const offered = columns.map((column): Choice => {
    const kept = saved?.[column];
    const label = `By ${spaced(column)}`;
    return typeof kept === "string"
      ? { value: column, label: `${label} (not here)`, closed: kept }
      : { value: column, label };
  });
  return (
    <div class="rw-subgroups" data-testid="subgroups">
      <Select
        label="Sub-groups of users"
        value={by}
        choices={[{ value: "", label: "No sub-groups" }, ...offered]}
        testid="subgroups-by"
        onChange={setBy}
      />
      {by !== "" && !groups && !failure && (
        <p class="rw-muted" role="status">
          Computing …
        </p>
      )}
      {failure && <ErrorText failure={failure} />}
      {groups && <Forest groups={groups} level={level} />}
    </div>
  );
}
