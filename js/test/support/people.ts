import type { ProfileRow } from "../../src/wire/audience";

export const row = (
  attribute: string,
  value: string | null,
  more: Partial<ProfileRow> = {},
): ProfileRow => ({
  attribute,
  value,
  segment: 30,
  rest: 20,
  share: 0.3,
  rest_share: 0.2,
  difference: 0.1,
  low: -0.004,
  high: 0.2,
  p_value: 0.02,
  p_adjusted: 0.04,
  differs: false,
  ...more,
});
