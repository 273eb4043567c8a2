// The flow where there is no room for cards: a row for each action, indented below the one that it follows.

import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { brief, compact, exact, plural, rate, rateOrPerOne } from "../../ui/format";
import { entryOf } from "../../ui/glossary";
import { Icon } from "../../ui/icons";
import { notSentYet } from "../../ui/planned";
import { spaced } from "../../ui/text";
import { useMarked, useSnapshot, useView } from "../../ui/view";
import type { Action } from "../../wire/campaign";
import type { Arm, FlowNode } from "../../wire/flow";
import { type CardParts, onCard, rateOnCard } from "./card_face";
import { useOpenMetric } from "./FlowEnds";
import { type Find, Named } from "./FlowFind";
import { parentsOf } from "./forest";
import { isBlank } from "./shown_flow";

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
function Came({ parts, arm, row }: { parts: CardParts; arm: Arm; row: Row }): JSX.Element {
  const { action, node } = row;
  const edge = arm.edges.find(({ target }) => target === action.id);
  if (node.users_received === 0) return <>{notSentYet(parts, action.id)}</>;
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

interface RowProps {
  arm: Arm;
  row: Row;
  most: number;
  query: string;
  match: "here" | boolean | null;
}

function ListRow({ arm, row, most, query, match }: RowProps): JSX.Element {
  const { store } = useView();
  const { action, node, depth } = row;
  const [parts, chosen] = useMarked(onCard, (selection) => selection.action === action.id);
  const { users_received: received, conversions } = node;
  const icon = parts.campaign.channels.find(({ id }) => id === action.channel)?.icon;
  const entry = entryOf(parts, "users_received");
  const converted = parts.metrics.get("action", action.id, rateOnCard).value;
  const idle = received === 0;
  const words = isBlank(parts)
    ? `${action.name}: loading`
    : `${action.name}: ${plural(received, "user")} received, ${plural(conversions, "conversion")}`;
  return (
    <li>
      <button
        type="button"
        class={[
          "rw-list-row",
          (idle || match === false) && "rw-list-idle",
          match === "here" && "rw-list-here",
        ]
          .filter(Boolean)
          .join(" ")}
        style={{ "--rw-depth": Math.min(depth, 6) }}
        aria-pressed={chosen}
        data-action={action.id}
        data-match={match || undefined}
        data-tip={words}
        aria-label={words}
        data-received={received ?? ""}
        data-conversions={conversions ?? ""}
        onClick={() => store.select({ action: action.id, metric: "users_received", channel: null })}
      >
        <Icon name={icon ?? action.channel} />
        <span class="rw-list-name" dir="auto" aria-hidden="true">
          <Named name={action.name} query={query} />
        </span>
        <b aria-hidden="true">{idle ? "" : brief(received, entry)}</b>
        <b class="rw-list-green" aria-hidden="true">
          {idle ? "–" : compact(conversions)}
        </b>
        <span class="rw-list-came" aria-hidden="true">
          <Came parts={parts} arm={arm} row={row} />
        </span>
        <span class="rw-list-rate" aria-hidden="true">
          {arm.id === null && conversions !== null && !idle && converted !== null
            ? rateOrPerOne(converted, entryOf(parts, rateOnCard))
            : ""}
        </span>
        <span class="rw-list-bar" aria-hidden="true">
          <i style={{ width: `${most > 0 ? (100 * (received ?? 0)) / most : 0}%` }} />
        </span>
      </button>
    </li>
  );
}

/** One stop of Tab for all rows: arrows walk between them. */
function useRowKeys(list: RefObject<HTMLElement | null>, selected: string | null): void {
  const stop = useRef<string | null>(null);
  const rows = (): HTMLElement[] => [
    ...(list.current?.querySelectorAll<HTMLElement>(".rw-list-row") ?? []),
  ];
  const tabTo = (id: string | null | undefined): void => {
    const all = rows();
    const own = all.find(({ dataset }) => dataset.action === id) ?? all[0];
    stop.current = own?.dataset.action ?? null;
    for (const one of all) one.tabIndex = one === own ? 0 : -1;
  };
  useLayoutEffect(() => tabTo(stop.current ?? selected));
  useEffect(() => {
    const box = list.current;
    if (!box) return;
    const life = new AbortController();
    const steps: Record<string, (at: number, last: number) => number> = {
      ArrowDown: (at, last) => Math.min(last, at + 1),
      ArrowUp: (at) => Math.max(0, at - 1),
      Home: () => 0,
      End: (_, last) => last,
    };
    const press = (event: KeyboardEvent): void => {
      const all = rows();
      const at = all.indexOf((event.target as Element).closest(".rw-list-row") as HTMLElement);
      const to = at < 0 ? undefined : steps[event.key]?.(at, all.length - 1);
      if (to === undefined) return;
      event.preventDefault();
      all[to]?.focus();
    };
    const focused = ({ target }: Event): void =>
      tabTo((target as Element).closest<HTMLElement>(".rw-list-row")?.dataset.action);
    box.addEventListener("keydown", press, { signal: life.signal });
    box.addEventListener("focusin", focused, { signal: life.signal });
    return () => life.abort();
  }, []);
}

/** All who entered, what each action made of them, and the sum of what came of it. */
export function FlowList({
  arm,
  heldBack,
  find,
}: {
  arm: Arm;
  heldBack: number | null;
  find: Find;
}): JSX.Element {
  const { campaign, selection } = useSnapshot();
  const list = useRef<HTMLUListElement>(null);
  useRowKeys(list, selection.action);
  const { query, hits, at, steps } = find;
  useEffect(() => {
    if (at === null) return;
    const row = list.current?.querySelector(`[data-action="${CSS.escape(at)}"]`);
    row?.scrollIntoView?.({ block: "nearest" });
  }, [at, steps]);
  const wanted = new Set(hits);
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
      <ul ref={list}>
        {rows.map((row) => (
          <ListRow
            key={row.action.id}
            arm={arm}
            row={row}
            most={most}
            query={query}
            match={
              query.trim() === "" ? null : at === row.action.id ? "here" : wanted.has(row.action.id)
            }
          />
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
