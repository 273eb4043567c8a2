// What the kernel sent of the campaigns, and what is chosen: shown at once, and told to the kernel.
import { useEffect, useRef, useState } from "preact/hooks";
import { useSnapshot, useView } from "../../ui/view";
import type {
  CampaignChoice,
  CampaignsState,
  CampaignTab,
  SharedState,
} from "../../wire/campaigns";
import type { RequestError } from "../../wire/requests";
import type { Traits } from "../../wire/traits";
import { failureOf, slowPatience } from "../audience/answer";

const nothing: CampaignsState = {
  rows: [],
  together: null,
  months: [],
  scope: "",
  newest_ms: null,
  zone: "UTC",
  busy: true,
};
const first: CampaignChoice = {
  month: null,
  search: "",
  channel: null,
  status: null,
  goal: null,
  least: 0,
  sort: "value",
  descending: true,
  campaign: null,
  part: "results",
  tab: "overlap",
  rule: "last",
  credit: "each",
};

type Own = "_campaigns" | "_choice" | "_shared";

/** A trait that the snapshot does not have, drawn again whenever it changes. */
export function useTrait<K extends Own>(name: K, fallback: Traits[K]): Traits[K] {
  const { store, signal } = useView();
  const [, redraw] = useState(0);
  useEffect(() => {
    const life = new AbortController();
    const end = (): void => life.abort();
    signal.addEventListener("abort", end, { signal: life.signal });
    store.watch(name, () => redraw((count) => count + 1), life.signal);
    return end;
  }, [store, name]);
  return { ...fallback, ...((store.get(name) as Traits[K] | undefined) ?? {}) };
}

export interface Chosen {
  choice: CampaignChoice;
  choose: (patch: Partial<CampaignChoice>) => void;
  /** The numbers of another month are on their way. */
  busy: boolean;
  failure: RequestError | null;
}

/** After so many ms without another letter the kernel is told what is searched for. */
const pause = 250;

export function useChoice(): Chosen {
  const { store, signal } = useView();
  const { kernel } = useSnapshot();
  const sent = useTrait("_choice", first);
  const [own, setOwn] = useState<CampaignChoice | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<RequestError | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(0);
  const word = JSON.stringify(sent);
  // What Python chooses counts, unless it only repeats what was chosen here.
  useEffect(() => setOwn(null), [word]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const choice = own ?? sent;
  const tell = (next: CampaignChoice): void => {
    const mine = ++latest.current;
    const isLast = (): boolean => mine === latest.current && !signal.aborted;
    setBusy(next.month !== sent.month);
    store
      .ask("choose", { choice: next })
      .then(
        (taken) => isLast() && setOwn(taken),
        (error: unknown) => {
          if (!isLast()) return;
          setFailure(failureOf(error));
          setOwn({ ...next, month: sent.month });
        },
      )
      .finally(() => isLast() && setBusy(false));
  };
  const choose = (patch: Partial<CampaignChoice>): void => {
    const next = { ...choice, ...patch };
    setOwn(next);
    setFailure(null);
    clearTimeout(timer.current);
    if (!kernel) return;
    if ("search" in patch) timer.current = setTimeout(() => tell(next), pause);
    else tell(next);
  };
  return { choice, choose, busy, failure };
}

type Failures = Partial<Record<CampaignTab, RequestError>>;

/** Asks for what the strip and the tab show of what is shared, unless it is there; what comes is a trait. */
export function useParts(choice: CampaignChoice, ready: boolean): Failures {
  const { store, signal } = useView();
  const { kernel } = useSnapshot();
  const shared = useShared();
  const [failures, setFailures] = useState<Failures>({});
  const asked = useRef(new Set<string>());
  const { tab, rule, month } = choice;
  const missing = [...new Set<CampaignTab>(["overlap", "credit", tab])].filter(
    (part) => (part === "credit" ? shared.credit?.[rule] : shared[part]) === undefined,
  );
  useEffect(() => {
    if (!kernel || !ready) return;
    for (const part of missing) {
      const key = `${part} ${part === "credit" ? rule : ""} ${month}`;
      if (asked.current.has(key)) continue;
      asked.current.add(key);
      setFailures((known) => ({ ...known, [part]: undefined }));
      store
        .ask("shared", { part, rule }, slowPatience)
        .catch((error: unknown) => {
          if (!signal.aborted) setFailures((known) => ({ ...known, [part]: failureOf(error) }));
        })
        .finally(() => asked.current.delete(key));
    }
  }, [missing.join(), rule, tab, month, kernel, ready]);
  return failures;
}

export const useCampaigns = (): CampaignsState => useTrait("_campaigns", nothing);
export const useShared = (): SharedState => useTrait("_shared", {});
