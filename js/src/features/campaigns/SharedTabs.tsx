// What campaigns share: each part is computed when it is first looked at.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Tabs } from "../../ui/Tabs";
import { useSnapshot, useView } from "../../ui/view";
import type { CampaignChoice, CampaignTab, SharedState } from "../../wire/campaigns";
import type { RequestError } from "../../wire/requests";
import { ErrorText, failureOf, Placeholder, slowPatience } from "../audience/answer";
import { Credit } from "./Credit";
import { Heatmap } from "./Heatmap";
import { Overlap } from "./Overlap";
import { Pressure } from "./Pressure";
import { useShared } from "./useCampaigns";

interface Props {
  choice: CampaignChoice;
  choose: (patch: Partial<CampaignChoice>) => void;
}

/** Asks for what a tab shows, unless it is there; what comes is a trait. */
function usePart(shared: SharedState, { tab, rule, month }: CampaignChoice): RequestError | null {
  const { store, signal } = useView();
  const { kernel } = useSnapshot();
  const [failure, setFailure] = useState<RequestError | null>(null);
  const there = tab === "credit" ? shared.credit?.[rule] : shared[tab];
  useEffect(() => {
    setFailure(null);
    if (there || !kernel) return;
    let latest = true;
    store
      .ask("shared", { part: tab, rule }, slowPatience)
      .catch((error: unknown) => latest && !signal.aborted && setFailure(failureOf(error)));
    return () => {
      latest = false;
    };
  }, [tab, rule, month, there === undefined, kernel]);
  return failure;
}

export function SharedTabs({ choice, choose }: Props): JSX.Element {
  const shared = useShared();
  const failure = usePart(shared, choice);
  const credit = shared.credit?.[choice.rule];
  const waiting = failure ? <ErrorText failure={failure} /> : <Placeholder rows={4} />;
  const { overlap, pressure, heatmap } = shared;
  return (
    <section class="rw-shared" aria-label="What campaigns share" data-testid="shared">
      <Tabs<CampaignTab>
        label="What campaigns share"
        shown={choice.tab}
        onShow={(tab) => choose({ tab })}
        tabs={[
          {
            name: "overlap",
            label: "Users in several",
            content: () => (overlap ? <Overlap overlap={overlap} /> : waiting),
          },
          {
            name: "credit",
            label: "Credit",
            content: () => (
              <Credit
                credit={credit}
                rule={choice.rule}
                onRule={(rule) => choose({ rule })}
                waiting={waiting}
              />
            ),
          },
          {
            name: "pressure",
            label: "Messages per user",
            content: () => (pressure ? <Pressure pressure={pressure} /> : waiting),
          },
          {
            name: "heatmap",
            label: "Hour and weekday",
            content: () => (heatmap ? <Heatmap heatmap={heatmap} /> : waiting),
          },
        ]}
      />
    </section>
  );
}
