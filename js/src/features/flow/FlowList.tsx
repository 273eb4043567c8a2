// The flow where there is no room for cards: a row for each action, indented below the one that it follows.

import type { JSX } from "preact";
import { brief, compact, exact, plural, rate } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { Icon } from "../../ui/icons";
import { notSentYet } from "../../ui/planned";
import { spaced } from "../../ui/text";
import { useSnapshot, useView } from "../../ui/view";
import type { Action } from "../../wire/campaign";
import type { Arm, FlowNode } from "../../wire/flow";
import { useOpenMetric } from "./FlowEnds";
import { parentsOf } from "./forest";

interface Row {
  action: Action;
  node: FlowNode;
  depth: number;
}

/** Actions below the one that they follow, in the campaign's order. */
export function rowsOf(arm: Arm, actions: Action[]): Row[] {
  const nodes = new Map(arm.nodes.map((node) => [node.action_id, node]));
  const parents = parentsOf(new Set(nodes.keys()), actions);
  const below = (parent: string | null, depth: number): Row[] =>
    actions.flatMap((action) => {
      const node = nodes.get(action.id);
      if (!node || (parents.get(action.id) ?? null) !== parent) return [];
      return [{ action, node, depth }, ...below(action.id, depth + 1)];
    });
  return below(null, 0);
}

/** Why and how many came here: "not opened · 63.8 %". */
function Came({ arm, row }: { arm: Arm; row: Row }): JSX.Element {
  const snapshot = useSnapshot();
  const { action, node } = row;
  const edge = arm.edges.find(({ target }) => target === action.id);
  if (node.users_received === 0) return <>{notSentYet(snapshot, action.id)}</>;
  return (
    <>
      {[
        action.parent === null ? "first action" : spaced(action.trigger ?? "received"),
        edge?.share == null ? "" : rate(edge.share),
      ]
        .filter(Boolean)
        .join(" · ")}
    </>
  );
}

function ListRow({ arm, row, most }: { arm: Arm; row: Row; most: number }): JSX.Element {
  const { store } = useView();
  const snapshot = useSnapshot();
  const { action, node, depth } = row;
  const { users_received: received, conversions } = node;
  const icon = snapshot.campaign.channels.find(({ id }) => id === action.channel)?.icon;
  const entry = entryOf(snapshot, "users_received");
  const converted = snapshot.metrics.get("action", action.id, "conversion_rate_attributed").value;
  const idle = received === 0;
  const words = `${action.name}: ${exact(received)} users received, ${exact(conversions)} conversions`;
  return (
    <li>
      <button
        type="button"
        class={idle ? "rw-list-row rw-list-idle" : "rw-list-row"}
        style={{ "--rw-depth": Math.min(depth, 6) }}
        aria-pressed={snapshot.selection.action === action.id}
        data-action={action.id}
        data-received={received ?? ""}
        data-conversions={conversions ?? ""}
        onClick={() => store.select({ action: action.id, metric: "users_received", channel: null })}
      >
        <span class="rw-offscreen">{words}</span>
        <Icon name={icon ?? action.channel} />
        <span class="rw-list-name" dir="auto" aria-hidden="true">
          {action.name}
        </span>
        <b aria-hidden="true">{idle ? "" : brief(received, entry)}</b>
        <b class="rw-list-green" aria-hidden="true">
          {idle ? "–" : compact(conversions)}
        </b>
        <span class="rw-list-came" aria-hidden="true">
          <Came arm={arm} row={row} />
        </span>
        <span class="rw-list-rate" aria-hidden="true">
          {arm.id === null && conversions !== null && !idle && converted !== null
            ? rate(converted)
            : ""}
        </span>
        <span class="rw-list-bar" aria-hidden="true">
          <i style={{ width: `${most > 0 ? (100 * (received ?? 0)) / most : 0}%` }} />
        </span>
      </button>
    </li>
  );
}

/** All who entered, what each action made of them, and the sum of what came of it. */
export function FlowList({ arm, heldBack }: { arm: Arm; heldBack: number | null }): JSX.Element {
  const { campaign } = useSnapshot();
  const openMetric = useOpenMetric(arm);
  const rows = rowsOf(arm, campaign.actions);
  const most = Math.max(0, ...rows.map(({ node }) => node.users_received ?? 0));
  return (
    <div class="rw-list">
      <p class="rw-list-head" aria-hidden="true">
        <span>received</span>
        <span>conversions</span>
      </p>
      <button
        type="button"
        class="rw-list-end"
        data-testid="flow-entries"
        data-value={arm.entries ?? ""}
        onClick={() => openMetric("users")}
      >
        <span>{plural(arm.entries, "entry", "entries")}</span>
        {heldBack !== null && heldBack > 0 && (
          <span class="rw-muted">{exact(heldBack)} held back</span>
        )}
      </button>
      <ul>
        {rows.map((row) => (
          <ListRow key={row.action.id} arm={arm} row={row} most={most} />
        ))}
      </ul>
      <button
        type="button"
        class="rw-list-end"
        data-testid="flow-total"
        data-value={arm.conversions ?? ""}
        onClick={() => openMetric("conversions")}
      >
        <span>All conversions{arm.open ? " so far" : ""}</span>
        <b class="rw-list-green">{exact(arm.conversions)}</b>
      </button>
    </div>
  );
}
