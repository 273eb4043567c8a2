/** The 97.5 % quantile of the normal distribution. */
const z = 1.959963984540054;

/** Wilson's 95 % score interval of k in n, as Python computes it; null where k is no part of n. */
export function wilsonInterval(k: number, n: number): { low: number; high: number } | null {
  if (!(n > 0 && k >= 0 && k <= n)) return null;
  const p = k / n;
  const scale = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  // At 0 and at 1 rounding would else leave an end on the wrong side of the share.
  return {
    low: Math.max(0, Math.min(p, centre - half)),
    high: Math.min(1, Math.max(p, centre + half)),
  };
}
