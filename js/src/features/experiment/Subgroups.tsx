// The difference among the users of each value of a column, which the kernel computes when it is asked for.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Select } from "../../ui/Controls";
import { spaced } from "../../ui/text";
import { useSnapshot, useView } from "../../ui/view";
import { RequestFailure } from "../../wire/ask";
import type { ForestGroup } from "../../wire/experiment";
import { Forest } from "./Forest";

const patience = 60_000;

export function Subgroups({ level }: { level: string }): JSX.Element | null {
  const { store, signal } = useView();
  const { options, kernel } = useSnapshot();
  const [by, setBy] = useState("");
  const [groups, setGroups] = useState<ForestGroup[] | null>(null);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    setGroups(null);
    setFailure("");
    if (by === "") return;
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
  }, [by, store, signal]);
  const columns = options.by.filter((column) => column !== "variant");
  if (!kernel || columns.length === 0) return null;
  return (
    <div class="rw-subgroups" data-testid="subgroups">
      <Select
        label="Sub-groups of users"
        value={by}
        choices={[
          { value: "", label: "No sub-groups" },
          ...columns.map((column) => ({ value: column, label: `By ${spaced(column)}` })),
        ]}
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
