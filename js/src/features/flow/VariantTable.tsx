// Many variants below one another: who entered, how many converted, and how sure the difference from the control is.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { exact } from "../../ui/format";
import { ScrollRegion } from "../../ui/regions";
import { needsKernel } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";
import type { ExperimentFound, ForestRow } from "../../wire/experiment";
import type { Arm } from "../../wire/flow";

/** The metric that variants are compared by. */
const converted = "converted";

/** It takes the kernel longer than other answers, and nobody waits for it. */
const patience = 3_600_000;

/** An arm beside a control, by their labels: the control that most are compared with, the held back last. */
export function compared(found: ExperimentFound): {
  control: string;
  rows: Map<string, ForestRow>;
} {
  const heldBack = found.arms.find((arm) => arm.held_back)?.label;
  const controls = [...new Set(found.groups.map((group) => group.control))];
  const own = (name: string): number =>
    found.groups.filter(
      ({ control, arm }) => control === name && found.arms.some(({ label }) => label === arm),
    ).length;
  const rank = (name: string): number => own(name) - (name === heldBack ? 1000 : 0);
  const control = controls.sort((a, b) => rank(b) - rank(a))[0] ?? "";
  const rows = new Map<string, ForestRow>();
  for (const group of found.groups) {
    const row = group.rows.find(({ metric }) => metric === converted);
    if (group.control === control && row) rows.set(group.arm, row);
  }
  return { control, rows };
}

export function VariantTable({ arms }: { arms: Arm[] }): JSX.Element {
  const { store, width } = useView();
  // There the interval stands under its difference: nothing is out of sight.
  const narrow = width === "small";
  const { experiment, kernel, selection, status } = useSnapshot();
  const wanted = experiment === null && kernel && status.state !== "computing";
  useEffect(() => {
    if (wanted) store.ask("experiment", {}, patience).catch(() => undefined);
  }, [wanted, store]);
  const found = experiment?.found ?? null;
  if (!found) {
    const why = experiment ? experiment.title : kernel ? "Computing …" : `${needsKernel}.`;
    return (
      <p class="rw-note" role="status">
        {why}
      </p>
    );
  }
  const { control, rows } = compared(found);
  const known = new Map(found.arms.map((arm) => [arm.id, arm]));
  return (
    <ScrollRegion class="rw-table rw-variant-table" label="Variants compared" testid="variants">
      <table>
        <caption>
          Converted is of users, against {control}; intervals of {found.level}.
        </caption>
        <thead>
          <tr>
            <th scope="col">Variant</th>
            <th scope="col">Entries</th>
            <th scope="col">Converted</th>
            <th scope="col">Difference</th>
            {!narrow && <th scope="col">Interval</th>}
          </tr>
        </thead>
        <tbody>
          {arms.map((arm) => {
            const own = known.get(arm.id ?? "");
            const row = own && rows.get(own.label);
            return (
              <tr key={arm.id} data-variant-row={arm.id}>
                <th scope="row">
                  <button
                    type="button"
                    class="rw-link"
                    dir="auto"
                    aria-pressed={selection.variant === arm.id}
                    onClick={() =>
                      store.select({ variant: selection.variant === arm.id ? null : arm.id })
                    }
                  >
                    {own?.label ?? arm.label}
                  </button>
                </th>
                <td>{exact(arm.entries)}</td>
                <td>{own ? `${own.converted} of ${own.users}` : "–"}</td>
                <td>
                  {row?.difference ?? (own?.label === control ? "control" : "–")}
                  {narrow && row && <div class="rw-muted">{row.interval}</div>}
                </td>
                {!narrow && <td>{row?.interval ?? ""}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
