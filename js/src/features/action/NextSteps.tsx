// Where those who received an action went next.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { dash, exact, markEstimate, rate, signed } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { Icon } from "../../ui/icons";
import { dayOfMonthText } from "../../ui/locale";
import { notSentYet } from "../../ui/planned";
import { UsersButton } from "../../ui/Segments";
import { spaced } from "../../ui/text";
import { dayIn, delay } from "../../ui/time";
import { useSnapshot, useView } from "../../ui/view";
import type { Action } from "../../wire/campaign";
import type { FlowEdge, NextStep } from "../../wire/flow";
import type { Traits } from "../../wire/traits";

/** After how many ms a reply counts as late: with many millions of events the kernel needs a while. */
const slowPatience = 60_000;

interface RowProps {
  name: JSX.Element | string;
  words: string;
  users: JSX.Element | string;
  share: number | null;
  text: string;
  quiet?: boolean;
}

function Row({ name, words, users, share, text, quiet }: RowProps): JSX.Element {
  return (
    <tr class={quiet ? "rw-muted" : undefined}>
      <th scope="row">
        {name} <small class="rw-muted">{words}</small>
      </th>
      <td class="rw-next-bar">
        <span class="rw-bar" aria-hidden="true">
          <span class="rw-bar-base" />
          {share !== null && (
            <span class="rw-bar-fill" style={{ width: `${Math.min(1, share) * 100}%` }} />
          )}
        </span>
      </td>
      <td class="rw-num">{users}</td>
      <td class="rw-num">
        <b>{text}</b>
      </td>
    </tr>
  );
}

function StepRow({ edge, action }: { edge: FlowEdge; action: Action }): JSX.Element {
  const snapshot = useSnapshot();
  const estimate = entryOf(snapshot, "drop_off").approximate;
  const channel = snapshot.campaign.channels.find(({ id }) => id === action.channel);
  const name = (
    <>
      <Icon name={channel?.icon ?? action.channel} /> <bdi>{action.name}</bdi>
    </>
  );
  const words = [spaced(action.trigger ?? "received"), delay(action.delay_ms)]
    .filter((one) => one !== "at once")
    .join(", ");
  if (edge.users === 0)
    return (
      <Row
        name={name}
        words={notSentYet(snapshot, action.id)}
        users=""
        share={null}
        text="–"
        quiet
      />
    );
  return (
    <Row
      name={name}
      words={words}
      users={
        <UsersButton
          class="rw-number"
          question={{ of: "edge", source: edge.source, target: edge.target }}
          title={["The users who received both", estimate?.within].filter(Boolean).join("; ")}
        >
          {markEstimate(exact(edge.users), edge.users, estimate)}
        </UsersButton>
      }
      share={edge.share}
      text={markEstimate(rate(edge.share), edge.share, estimate)}
    />
  );
}

/** Their next steps, from the kernel or from the saved page: null if not known, undefined until they arrive. */
function useNextSteps(action: string): NextStep[] | null | undefined {
  const { store, signal } = useView();
  const { kernel, selection, status } = useSnapshot();
  const [found, setFound] = useState<{ asked: string; rows: NextStep[] | null } | null>(null);
  const { range, start, end, time_zone, definitions, developers, machine_opens, clock } = selection;
  const scope = [range, start, end, time_zone, definitions, developers, machine_opens, clock];
  const asked = JSON.stringify([action, ...scope, status.read_ms, status.newest_ms]);
  useEffect(() => {
    if (!kernel) return;
    let latest = true;
    store.ask("next_steps", { action }, slowPatience).then(
      (rows) => latest && !signal.aborted && setFound({ asked, rows }),
      () => latest && !signal.aborted && setFound({ asked, rows: null }),
    );
    return () => {
      latest = false;
    };
  }, [asked, kernel]);
  if (kernel) return found?.asked === asked ? found.rows : undefined;
  const saved = store.get("_next_steps") as Traits["_next_steps"];
  return saved?.[action] ?? null;
}

const names: Record<Exclude<NextStep["kind"], "went">, string> = {
  several: "Counted in several steps",
  waiting: "No further action yet",
  left: "Left",
  not_due: "Not due yet",
};

/** One of those who received no further action; a group of nobody is left out. */
function EndRow({ step }: { step: NextStep }): JSX.Element | null {
  const { campaign, status } = useSnapshot();
  if (step.kind === "went" || step.users === 0) return null;
  const words = {
    several: "",
    waiting: "",
    left: campaign.goal.mode === "single" ? "converted or exited" : "exited",
    not_due:
      step.first_due_ms === null
        ? ""
        : `first ${dayOfMonthText(dayIn(step.first_due_ms, status.zone))}`,
  };
  const isCorrection = step.kind === "several";
  return (
    <Row
      name={names[step.kind]}
      words={words[step.kind]}
      users={isCorrection ? signed(step.users) : exact(step.users)}
      share={isCorrection ? null : step.share}
      text={isCorrection ? `−${rate(-(step.share ?? 0))}` : rate(step.share)}
      quiet
    />
  );
}

/** All rows together: everybody who received the action, once each. */
function Total({ steps }: { steps: NextStep[] }): JSX.Element {
  const received = steps.reduce((sum, { users }) => sum + users, 0);
  return (
    <tr class="rw-next-sum">
      <th scope="row">All who received it</th>
      <td />
      <td class="rw-num">{exact(received)}</td>
      <td class="rw-num">
        <b>{received > 0 ? rate(1) : dash}</b>
      </td>
    </tr>
  );
}

/** A row for each following action; then the users who received none: they left, something is still due, or neither. */
export function NextSteps({ action }: { action: Action }): JSX.Element | null {
  const snapshot = useSnapshot();
  const { campaign, flow } = snapshot;
  const arm = flow.arms[0];
  const steps = useNextSteps(action.id);
  const received = arm?.nodes.find((one) => one.action_id === action.id)?.users_received ?? null;
  const next = (arm?.edges ?? []).flatMap((edge) => {
    const target = campaign.actions.find(({ id }) => id === edge.target);
    return edge.source === action.id && target ? [{ edge, target }] : [];
  });
  if (next.length === 0) return null;
  const sent = next.filter(({ edge }) => edge.users !== 0);
  // Where one action alone follows, the flow itself says how many received none.
  const [only] = next.length === 1 && steps === null ? sent : [];
  const rest =
    only && received !== null && only.edge.users !== null ? received - only.edge.users : null;
  const estimate = entryOf(snapshot, "drop_off").approximate;
  return (
    <section class="rw-next" aria-label="Next steps" data-testid="next-steps">
      <table>
        <caption>
          <b>Next steps</b>
          <span class="rw-muted"> share of {exact(received)} who received it</span>
        </caption>
        <tbody>
          {next.map(({ edge, target }) => (
            <StepRow key={edge.target} edge={edge} action={target} />
          ))}
          {only && rest !== null && rest >= 0 && (
            <Row
              name={names.waiting}
              words=""
              users={markEstimate(exact(rest), rest, estimate)}
              share={only.edge.drop_off}
              text={markEstimate(rate(only.edge.drop_off), only.edge.drop_off, estimate)}
              quiet
            />
          )}
          {steps?.map((step) => (
            <EndRow key={step.kind} step={step} />
          ))}
          {steps && <Total steps={steps} />}
        </tbody>
      </table>
      {!steps && sent.length > 1 && (
        <p class="rw-muted">
          A user can take several of these steps, so the shares need not add up.
        </p>
      )}
    </section>
  );
}
