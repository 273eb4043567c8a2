import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useSnapshot, useView } from "../lib/model";
import { isoDay } from "../lib/time";
import { Select, rangeChoices } from "./Controls";

/** The date range: the named ones, and two days (both included) of one's own. */
export function RangeMenu({ locked }: { locked: boolean }): JSX.Element {
  const { store } = useView();
  const { selection, options, status, campaign } = useSnapshot();
  const [draft, setDraft] = useState<{ start: string; end: string } | null>(null);
  const start = draft?.start ?? selection.start ?? "";
  const end = draft?.end ?? selection.end ?? "";

  const choose = (range: string): void => {
    setDraft(null);
    if (range !== "custom") return store.select({ range, start: null, end: null });
    const last = isoDay(status.newest_ms ?? (status.read_ms || Date.now()), status.zone);
    const first = campaign.started_at === null ? last : isoDay(campaign.started_at, status.zone);
    store.select({ range, start: first < last ? first : last, end: last });
  };
  const edit = (patch: { start?: string; end?: string }): void => {
    const next = { start, end, ...patch };
    // Half-typed and turned-round dates stay here: the kernel only ever hears of whole ranges.
    if (!next.start || !next.end || next.start > next.end) return setDraft(next);
    setDraft(null);
    store.select({ range: "custom", ...next });
  };

  return (
    <span class="rw-range">
      <Select label="Date range" value={selection.range} choices={rangeChoices(options.ranges)} onChange={choose} disabled={locked} testid="range" />
      {selection.range === "custom" && (
        <span class="rw-dates" role="group" aria-label="Custom dates">
          <input type="date" aria-label="First day" value={start} max={end || undefined} disabled={locked}
            onInput={(event) => edit({ start: event.currentTarget.value })} />
          <span aria-hidden="true">–</span>
          <input type="date" aria-label="Last day, included" value={end} min={start || undefined} disabled={locked}
            onInput={(event) => edit({ end: event.currentTarget.value })} />
          {draft && <span class="rw-hint" role="status">{!start || !end ? "Give both days" : "The first day is after the last"}</span>}
        </span>
      )}
    </span>
  );
}
