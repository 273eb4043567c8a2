// Closing an action: back to the line that was selected before it was opened.
import type { Selection } from "../wire/selection";
import type { Snapshot, Store } from "../wire/store";

interface Memory {
  /** What was selected last while no action was; null: an action has been selected from the start. */
  line: Pick<Selection, "metric" | "channel"> | null;
  /** The last action was closed, and not left for a number of the campaign. */
  closed: boolean;
}

const memories = new WeakMap<Store, Memory>();

function memoryOf(store: Store): Memory {
  const known = memories.get(store) ?? { line: null, closed: false };
  memories.set(store, known);
  return known;
}

/** Keep in mind what is selected of the campaign, for as long as the store lives. */
export function rememberLine(store: Store): void {
  const memory = memoryOf(store);
  const note = (): void => {
    const { action, metric, channel } = store.snapshot.selection;
    if (action === null) memory.line = { metric, channel };
    else memory.closed = false;
  };
  note();
  store.subscribe(note, true);
}

/** How many converted, as the kernel chooses for most campaigns; where nobody did, who entered. */
function firstLine({ metrics }: Snapshot): Pick<Selection, "metric" | "channel"> {
  const converted = metrics.get("campaign", "", "conversions").value ?? 0;
  return { metric: converted > 0 ? "conversions" : "users", channel: null };
}

export function closeAction(store: Store): void {
  const memory = memoryOf(store);
  memory.closed = true;
  store.select({ action: null, ...(memory.line ?? firstLine(store.snapshot)) });
}

/** Whether the last action was closed, and nothing else was asked for by it. */
export const wasClosed = (store: Store): boolean => memoryOf(store).closed;
