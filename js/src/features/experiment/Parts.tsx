// The smaller panels: arms with their shares, totals, conditions.
import type { JSX } from "preact";
import { armColour } from "../../ui/arms";
import { Mark } from "../../ui/icons";
import type { ExperimentArm, ExperimentFound, ExperimentTotal } from "../../wire/experiment";

function Arm({ arm, index }: { arm: ExperimentArm; index: number }): JSX.Element {
  const colour = arm.held_back ? "var(--rw-muted)" : armColour(index);
  return (
    <tr>
      <th scope="row">
        <i class="rw-arm-square" style={{ background: colour }} aria-hidden="true" />
        <bdi>{arm.label}</bdi>
        {arm.note && <small> {arm.note}</small>}
        <span class="rw-arm-bar" aria-hidden="true">
          <span style={{ width: `${(arm.share ?? 0) * 100}%`, background: colour }} />
        </span>
      </th>
      <td>{arm.users}</td>
      <td>{arm.planned}</td>
      <td>
        <b>{arm.share_text}</b>
      </td>
    </tr>
  );
}

export function Arms({ found }: { found: ExperimentFound }): JSX.Element {
  const { arms, shares } = found;
  return (
    <section class="rw-panel rw-experiment-arms">
      <div class="rw-experiment-head">
        <h4>Arms</h4>
      </div>
      <table data-testid="arms">
        <thead>
          <tr>
            <th scope="col">Arm</th>
            <th scope="col">users</th>
            <th scope="col">planned</th>
            <th scope="col">share</th>
          </tr>
        </thead>
        <tbody>
          {arms.map((arm, index) => (
            <Arm key={arm.label} arm={arm} index={index} />
          ))}
        </tbody>
      </table>
      {shares ? (
        <div class={`rw-shares ${shares.met ? "" : "rw-shares-wrong"}`}>
          <Mark name={shares.met ? "check" : "warn"} />
          <div>
            <b>{shares.title}</b>
            <small>{shares.text}</small>
          </div>
        </div>
      ) : (
        <p class="rw-caption">The planned shares were not declared, so they cannot be checked.</p>
      )}
    </section>
  );
}

export function Totals({ totals }: { totals: ExperimentTotal[] }): JSX.Element {
  return (
    <section class="rw-panel rw-extras" aria-label="What it brought" data-testid="totals">
      {totals.map((total) => (
        <div key={total.label} class="rw-extra">
          <div>
            <bdi>{total.label}</bdi>
            <small>{total.interval}</small>
          </div>
          <b class={total.tone ? `rw-${total.tone}` : ""}>{total.text}</b>
        </div>
      ))}
    </section>
  );
}

export function Conditions({ found }: { found: ExperimentFound }): JSX.Element {
  return (
    <section class="rw-panel rw-conditions">
      <div class="rw-experiment-head">
        <h4>Conditions</h4>
      </div>
      <ul>
        {found.conditions.map(({ text, met }) => (
          <li key={text}>
            <span
              class={met ? "rw-good" : "rw-bad"}
              data-tip={met ? "as it should be" : "to keep in mind"}
            >
              <Mark name={met ? "check" : "warn"} />
            </span>
            <span>
              {!met && <span class="rw-offscreen">To keep in mind: </span>}
              <bdi>{text}</bdi>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
