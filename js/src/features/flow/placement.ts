// The flows of several arms beside one another.

import type { Campaign } from "../../wire/campaign";
import type { Arm } from "../../wire/flow";
import type { FlowLayout } from "./geometry";
import { layoutFlow } from "./layout";

export interface PlacedArm {
  arm: Arm;
  layout: FlowLayout;
  left: number;
}

const margin = { side: 16, between: 56, title: 28 };

/** The arms side by side, each with its own total; one arm alone is the usual case. */
export function placeArms(
  arms: Arm[],
  campaign: Campaign,
): { placed: PlacedArm[]; width: number; height: number; top: number } {
  const top = arms.length > 1 ? margin.title : 0;
  let left = margin.side;
  const placed = arms.map((arm) => {
    const layout = layoutFlow(arm, campaign.actions);
    const at = { arm, layout, left };
    left += layout.width + margin.between;
    return at;
  });
  const height = Math.max(...placed.map((one) => one.layout.height), 0) + top + 8;
  return { placed, width: left - margin.between + margin.side, height, top };
}
