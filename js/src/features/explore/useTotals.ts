// The totals of a breakdown: in a report they are on the page, elsewhere the kernel is asked when the table is opened.
import { useEffect, useMemo, useState } from "preact/hooks";
import { needsKernel } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";
import type { ChartKey, Totals } from "../../wire/chart";

/** The totals of what is drawn; null: not there yet, or `why` says why there are none. */
export function useTotals(): { totals: Totals | null; why: string } {
  const { store } = useView();
  const { chart, series, kernel } = useSnapshot();
  const [found, setFound] = useState<Totals | null>(null);
  const [why, setWhy] = useState("");
  const { key, totals: kept } = chart;
  const asked = JSON.stringify(key);
  // The same rows may come again, as when a host sends its whole state: their totals are known.
  const drawn = useMemo(() => series.map((row) => `${row.time_ms} ${row.value}`).join(), [series]);
  useEffect(() => {
    setFound(null);
    setWhy(kept || kernel ? "" : needsKernel);
    if (kept || !kernel) return;
    let isCurrent = true;
    store.ask("totals").then(
      (reply) => isCurrent && setFound(reply),
      (error: unknown) => isCurrent && setWhy((error as Error).message),
    );
    return () => {
      isCurrent = false;
    };
  }, [drawn, asked, kernel]);
  // The kernel answers for what is selected by then: if that is another line, its rows are on their way.
  const names = Object.keys(key) as (keyof ChartKey)[];
  const isOwn = found !== null && names.every((name) => found.key[name] === key[name]);
  return { totals: kept ?? (isOwn ? found : null), why };
}
