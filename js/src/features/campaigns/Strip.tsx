// What all campaigns show together: the effect of messaging, users in several, and purchases that several claim.
import type { ComponentChildren, JSX } from "preact";
import { OneOf } from "../../ui/Controls";
import { exact, plural, rate } from "../../ui/format";
import { useSnapshot } from "../../ui/view";
import type {
  CampaignChoice,
  CampaignTab,
  CreditState,
  OverlapState,
  Together,
} from "../../wire/campaigns";
import type { RequestError } from "../../wire/requests";
import { toneOf } from "./marks";
import { useShared } from "./useCampaigns";

type Credit = CampaignChoice["credit"];

const credits: [Credit, string, string][] = [
  ["each", "Each", "The table shows the value that each campaign claims"],
  ["last", "Last", "Each purchase counts once, for the campaign with the last touch"],
  ["first", "First", "Each purchase counts once, for the campaign entered first"],
  ["shared", "Shared", "Each purchase counts once, in equal parts for all that claim it"],
];

interface PartProps {
  title: string;
  children?: ComponentChildren;
  failure?: RequestError;
}

/** A number of its own; a bar stands for it until it is there. */
function Part({ title, children, failure }: PartProps): JSX.Element {
  return (
    <div class="rw-strip-part">
      <h3>{title}</h3>
      {children ??
        (failure ? (
          <p class="rw-muted">{failure.message}</p>
        ) : (
          <p>
            <span class="rw-bone rw-bone-small" />
          </p>
        ))}
    </div>
  );
}

function Bar({ parts, tip }: { parts: [string, number][]; tip: string }): JSX.Element {
  return (
    <span class="rw-strip-bar" data-tip={tip} aria-hidden="true">
      {parts.map(([kind, size]) => (
        <i key={kind} class={`rw-strip-${kind}`} style={{ flexGrow: size }} />
      ))}
    </span>
  );
}

function Effect({ together }: { together: Together }): JSX.Element {
  return (
    <>
      <p>
        <b class={toneOf(together)} data-testid="together" data-value={together.value}>
          {together.text}
        </b>{" "}
        <span class="rw-muted">{together.interval}</span>
      </p>
      <p>{together.more}</p>
    </>
  );
}

function Several({ overlap }: { overlap: OverlapState }): JSX.Element {
  const { any, several, by_number: numbers } = overlap;
  const [one, ...more] = numbers;
  return (
    <>
      <p>
        <b data-testid="several" data-value={several}>
          {rate(any > 0 ? several / any : null)}
        </b>{" "}
        <span class="rw-muted">
          {exact(several)} of {plural(any, "user")}
        </span>
      </p>
      <Bar
        tip={`In one campaign ${plural(one, "user")}, in two ${more.map((users) => exact(users)).join(", in more ")}`}
        parts={[
          ["one", numbers[0]],
          ["two", numbers[1]],
          ["more", numbers[2]],
        ]}
      />
    </>
  );
}

function Twice({ credit }: { credit: CreditState }): JSX.Element {
  const { claimed, happened, happened_value: value } = credit;
  return (
    <>
      <p>
        <b data-testid="twice" data-value={claimed - happened}>
          {exact(claimed - happened)}
        </b>{" "}
        <span class="rw-muted">
          of {exact(claimed)} claimed; {exact(happened)} happened
          {value && `, worth ${value}`}
        </span>
      </p>
      <Bar
        tip="Conversions that happened, and those claimed more than once"
        parts={[
          ["happened", happened],
          ["twice", claimed - happened],
        ]}
      />
    </>
  );
}

interface Props {
  together: Together | null;
  choice: CampaignChoice;
  choose: (patch: Partial<CampaignChoice>) => void;
  failures: Partial<Record<CampaignTab, RequestError>>;
}

export function Strip({ together, choice, choose, failures }: Props): JSX.Element {
  const { standalone } = useSnapshot();
  const { overlap, credit } = useShared();
  const known = credit?.[choice.rule];
  // A saved page has the credit that it was written with.
  const offered = credits.filter(([one]) => !standalone || one === "each" || credit?.[one]);
  return (
    <section class="rw-strip" aria-label="All campaigns together">
      {together && (
        <Part title="Together, against held back">
          <Effect together={together} />
        </Part>
      )}
      <Part title="Users in more than one campaign" failure={failures.overlap}>
        {overlap && <Several overlap={overlap} />}
      </Part>
      <Part title="Conversions claimed twice" failure={failures.credit}>
        {known && <Twice credit={known} />}
      </Part>
      <div class="rw-strip-part">
        <h3>Credit</h3>
        <OneOf
          label="Value by credit"
          choices={offered}
          value={choice.credit}
          onChange={(one) => choose(one === "each" ? { credit: one } : { credit: one, rule: one })}
        />
      </div>
    </section>
  );
}
