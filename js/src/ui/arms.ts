// Variants have the same colours wherever they are drawn.

/** Group colours in the order variants take them; green stays with conversions as long as it can. */
const order = [1, 2, 4, 5, 6, 7, 8, 3];

export const armColour = (index: number): string =>
  `var(--rw-group-${order[index % order.length]})`;
