// The difference among the users of each value of a column, which the kernel computes when it is asked for.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Choice, Select } from "../../ui/Controls";
import { spaced } from "../../ui/text";
import { useSnapshot, useView } from "../../ui/view";
import { RequestFailure } from "../../wire/ask";
import type { ExperimentState, ForestGroup } from "../../wire/experiment";
import { Forest } from "./Forest";

const patience = 60_000;

interface Props {
  level: string;
  /** Those that the page has, where no kernel answers. */
  saved?: ExperimentState["subgroups"];
}

export function Subgroups({ level, saved }: Props): JSX.Element | null {
  const { store, signal, paper } = useView();
  const { options, kernel } = useSnapshot();
  const [by, setBy] = useState("");
  const [groups, setGroups] = useState<ForestGroup[] | null>(null);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    setGroups(null);
    setFailure("");
    if (by === "") return;
    const kept = saved?.[by];
    if (kept) {
      if (typeof kept !== "string") setGroups(kept);
      return;
    }
    let current = true;
    store.ask("subgroups", { by }, patience).then(
      (found) => current && setGroups(found),
      (error: unknown) => {
        if (!current || signal.aborted) return;
        const hint = error instanceof RequestFailure ? error.hint : "";
        setFailure([error instanceof Error ? error.message : String(error), hint].join(". "));
      },
    );
    return () => {
      current = false;
    };
  }, [by, saved, store, signal]);
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
      {failure && (
        <p class="rw-muted" role="status">
          {failure}
        </p>
      )}
      {groups && <Forest groups={groups} level={level} />}
    </div>
  );
}
