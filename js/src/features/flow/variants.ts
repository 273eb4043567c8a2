// Variants on one flow: the share of each of what it could have sent on.
import type { Arm } from "../../wire/flow";

/** How much of an arm reached an action: received of entered. */
export function reach(arm: Arm, action: string): number | null {
  const node = arm.nodes.find((one) => one.action_id === action);
  return node?.share_of_entries ?? null;
}
