// The campaigns as the kernel sent them, and the current choice, which is shown at once and sent to the kernel.
import { useEffect, useRef, useState } from "preact/hooks";
import { failureOf } from "../../ui/Failure";
import { useSnapshot, useView } from "../../ui/view";
import type {
  CampaignChoice,
  CampaignsState,
  CampaignTab,
  SharedState,
} from "../../wire/campaigns";
import type { RequestError } from "../../wire/requests";
import type { Traits } from "../../wire/traits";
import { slowPatience } from "../audience/answer";
import { usual } from "./columns";

const nothing: CampaignsState = {
  rows: [],
  together: null,
  months: [],
  metrics: [],
  scope: "",
  newest_ms: null,
  settings: null,
  busy: true,
};
const first: CampaignChoice = {
  month: null,
  search: "",
  channel: null,
  states: [],
  goal: null,
  least: 0,
  show: "table",
  metric: "converted_rate",
  columns: usual,
  sort: "value",
  descending: true,
  campaign: null,
  part: "results",
  tab: "overlap",
  rule: "last",
  credit: "each",
  time_zone: null,
  definitions: "",
  machine_opens: null,
  clock: null,
  locale: null,
};

/** What changes every number. */
const scopeFields = [
  ...(["month", "time_zone", "definitions", "machine_opens", "clock", "locale"] as const),
];

const scopePart = (choice: CampaignChoice): Partial<CampaignChoice> =>
  Object.fromEntries(scopeFields.map((name) => [name, choice[name]]));

/** The same as a key. */
export const scopeOf = (choice: CampaignChoice): string => JSON.stringify(scopePart(choice));

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
  /** The numbers of another month or setting are on their way. */
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
  // A choice from Python takes precedence, unless it only repeats the choice made here.
  useEffect(() => setOwn(null), [word]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const choice = own ?? sent;
  const tell = (next: CampaignChoice): void => {
    const mine = ++latest.current;
    const isLast = (): boolean => mine === latest.current && !signal.aborted;
    setBusy(scopeOf(next) !== scopeOf(sent));
    store
      .ask("choose", { choice: next })
      .then(
        (taken) => isLast() && setOwn(taken),
        (error: unknown) => {
          if (!isLast()) return;
          setFailure(failureOf(error));
          setOwn({ ...next, ...scopePart(sent) });
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

/** A part of what campaigns share. */
type SharedPart = CampaignTab | "trends";
export type Failures = Partial<Record<SharedPart, RequestError>>;

/** Asks for what the strip, the tab and the small multiples show, unless it is there; what comes is a trait. */
export function useParts(choice: CampaignChoice, ready: boolean, several: boolean): Failures {
  const { store, signal } = useView();
  const { kernel } = useSnapshot();
  const shared = useShared();
  const [failures, setFailures] = useState<Failures>({});
  const asked = useRef(new Set<string>());
  const { tab, rule, metric } = choice;
  const wanted: SharedPart[] = several ? ["overlap", "credit", tab] : [];
  if (choice.show === "multiples") wanted.push("trends");
  const known = (part: SharedPart): unknown => {
    if (part === "credit") return shared.credit?.[rule];
    return part === "trends" ? shared.trends?.[metric] : shared[part];
  };
  const missing = [...new Set(wanted)].filter((part) => known(part) === undefined);
  const scope = scopeOf(choice);
  useEffect(() => {
    if (!kernel || !ready) return;
    for (const part of missing) {
      const of = part === "credit" ? { rule } : part === "trends" ? { metric } : {};
      const key = JSON.stringify([part, of, scope]);
      if (asked.current.has(key)) continue;
      asked.current.add(key);
      setFailures((known) => ({ ...known, [part]: undefined }));
      store
        .ask("shared", { part, ...of }, slowPatience)
        .catch((error: unknown) => {
          if (!signal.aborted) setFailures((known) => ({ ...known, [part]: failureOf(error) }));
        })
        .finally(() => asked.current.delete(key));
    }
  }, [missing.join(), rule, tab, metric, scope, kernel, ready]);
  return failures;
}

export const useCampaigns = (): CampaignsState => useTrait("_campaigns", nothing);
export const useShared = (): SharedState => useTrait("_shared", {});
