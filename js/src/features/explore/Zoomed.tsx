import type { JSX } from "preact";
import { Quiet } from "../../ui/Controls";
import { isoDay } from "../../ui/time";
import { useSnapshot, useView } from "../../ui/view";
import type { SeriesRow } from "../../wire/chart";

interface Props {
  rows: SeriesRow[];
  onBack: () => void;
  /** The users of this part are asked for. */
  onUsers: () => void;
}

/** Which part of the range is shown, and the ways out of it. */
export function Zoomed({ rows, onBack, onUsers }: Props): JSX.Element | null {
  const { store } = useView();
  const { chart, status, standalone } = useSnapshot();
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (!first || !last) return null;
  const take = (): void => {
    onBack();
    store.select({
      range: "custom",
      start: isoDay(first.time_ms, status.zone),
      end: isoDay(last.time_ms, status.zone),
    });
  };
  return (
    <div class="rw-zoomed" role="status">
      <span class="rw-muted">
        Zoomed: {first.start} to {last.start}
      </span>
      <Quiet onClick={onBack}>Show all</Quiet>
      <Quiet onClick={onUsers}>Users of these {chart.every === "1d" ? "days" : "intervals"}</Quiet>
      <Quiet disabled={standalone} onClick={take}>
        Use as date range
      </Quiet>
    </div>
  );
}

/** Which line is shown alone, and the way back to all. */
export function Alone({ group, onBack }: { group: string; onBack: () => void }): JSX.Element {
  return (
    <div class="rw-zoomed" role="status">
      <span class="rw-muted">
        Only <bdi>{group}</bdi>
      </span>
      <Quiet onClick={onBack}>Show all lines</Quiet>
    </div>
  );
}
