// Where those who received an action went next.
import type { JSX } from "preact";
import { exact, markEstimate, rate } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { Icon } from "../../ui/icons";
import { notSentYet } from "../../ui/planned";
import { UsersButton } from "../../ui/Segments";
import { spaced } from "../../ui/text";
import { delay } from "../../ui/time";
import { useSnapshot } from "../../ui/view";
import type { Action } from "../../wire/campaign";
import type { FlowEdge } from "../../wire/flow";

interface RowProps {
  name: JSX.Element;
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

/**
 * A row for each action that follows. Who went on to none of them is known where one alone follows and somebody received it;
 * where several do, a user may have received more than one, and the note says so.
 */
export function NextSteps({ action }: { action: Action }): JSX.Element | null {
  const snapshot = useSnapshot();
  const { campaign, flow } = snapshot;
  const arm = flow.arms[0];
  const received = arm?.nodes.find((one) => one.action_id === action.id)?.users_received ?? null;
  const next = (arm?.edges ?? []).flatMap((edge) => {
    const target = campaign.actions.find(({ id }) => id === edge.target);
    return edge.source === action.id && target ? [{ edge, target }] : [];
  });
  if (next.length === 0) return null;
  const sent = next.filter(({ edge }) => edge.users !== 0);
  const [only] = next.length === 1 ? sent : [];
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
              name={<>No further action yet</>}
              words=""
              users={markEstimate(exact(rest), rest, estimate)}
              share={only.edge.drop_off}
              text={markEstimate(rate(only.edge.drop_off), only.edge.drop_off, estimate)}
              quiet
            />
          )}
        </tbody>
      </table>
      {sent.length > 1 && (
        <p class="rw-muted">
          A user can take several of these steps, so the shares need not add up.
        </p>
      )}
    </section>
  );
}
