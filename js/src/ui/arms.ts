// Variants have the same colours wherever they are drawn.

// Green stays with conversions as long as it can.
import { groupOrder as order } from "../../../src/results_widgets/_shared/chart.json";

export const armColour = (index: number): string =>
  `var(--rw-group-${order[index % order.length]})`;
