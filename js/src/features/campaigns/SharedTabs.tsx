// What campaigns share: each part is computed when it is first looked at.
import type { JSX } from "preact";
import { ErrorText } from "../../ui/Failure";
import { Tabs } from "../../ui/Tabs";
import type { CampaignChoice, CampaignTab, CreditRule } from "../../wire/campaigns";
import type { RequestError } from "../../wire/requests";
import { Placeholder } from "../audience/answer";
import { Credit } from "./Credit";
import { Heatmap } from "./Heatmap";
import { Overlap } from "./Overlap";
import { Pressure } from "./Pressure";
import { useShared } from "./useCampaigns";

interface Props {
  choice: CampaignChoice;
  choose: (patch: Partial<CampaignChoice>) => void;
  failures: Partial<Record<CampaignTab, RequestError>>;
}

/** The rule of credit, which the values in the table follow unless they are what each campaign claims. */
const byRule = ({ credit }: CampaignChoice, rule: CreditRule): Partial<CampaignChoice> =>
  credit === "each" ? { rule } : { rule, credit: rule };

export function SharedTabs({ choice, choose, failures }: Props): JSX.Element {
  const shared = useShared();
  const failure = failures[choice.tab];
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
                onRule={(rule) => choose(byRule(choice, rule))}
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
