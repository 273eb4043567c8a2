// When an action can come to its first user, where none has had it yet.
import type { Action } from "../wire/campaign";
import type { Snapshot } from "../wire/store";
import { dayOfMonthText } from "./locale";
import { dayIn } from "./time";

/** All delays on the way from the start to an action; null where its way is not known. */
function wayTo(action: Action, actions: Map<string, Action>): number | null {
  let way = 0;
  const seen = new Set<string>();
  for (let at: Action | undefined = action; at; at = actions.get(at.parent ?? "")) {
    if (seen.has(at.id)) return null;
    seen.add(at.id);
    way += at.delay_ms;
    if (at.parent === null) return way;
  }
  return null;
}

/**
 * "not due yet · first 5 May": nobody can have had it before; "due 5 May · after this data" once that day has come, of data that
 * ends before; "not sent yet" where somebody could have had it.
 */
export function notSentYet(
  { campaign, status }: Pick<Snapshot, "campaign" | "status">,
  id: string,
): string {
  const actions = new Map(campaign.actions.map((action) => [action.id, action]));
  const action = actions.get(id);
  const way = action ? wayTo(action, actions) : null;
  if (way === null || campaign.started_at === null) return "not sent yet";
  const first = campaign.started_at + way;
  if (first <= (status.newest_ms ?? status.read_ms)) return "not sent yet";
  const day = dayOfMonthText(dayIn(first, status.zone));
  return first > Date.now() ? `not due yet · first ${day}` : `due ${day} · after this data`;
}
