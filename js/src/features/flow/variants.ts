// Variants on one flow: each has its colour and its share of what it could have sent on.
import type { Arm } from "../../wire/flow";

/** Group colours in the order variants take them; green stays with conversions as long as it can. */
const order = [1, 2, 4, 5, 6, 7, 8, 3];

export const armColour = (index: number): string =>
  `var(--rw-group-${order[index % order.length]})`;

/** How much of an arm reached an action: received of entered. */
export function reach(arm: Arm, action: string): number | null {
  const node = arm.nodes.find((one) => one.action_id === action);
  return node?.share_of_entries ?? null;
}
