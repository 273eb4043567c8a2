// The flows of several arms beside one another.

import type { Action } from "../../wire/campaign";
import type { Arm } from "../../wire/flow";
import { compact, type FlowLayout, full, type Size } from "./geometry";
import { layoutFlow } from "./layout";

export interface PlacedArm {
  arm: Arm;
  layout: FlowLayout;
  left: number;
}

export interface Placement {
  placed: PlacedArm[];
  width: number;
  height: number;
  top: number;
}

const margin = { side: 16, between: 56, title: 28 };

/** The arms side by side, each with its own total; one arm alone is the usual case. */
export function placeArms(
  arms: Arm[],
  campaign: { actions: Action[] },
  measures = full,
): Placement {
  const top = arms.length > 1 ? margin.title : 0;
  const side = measures === full ? margin.side : margin.side / 2;
  let left = side;
  const placed = arms.map((arm) => {
    const layout = layoutFlow(arm, campaign.actions, measures);
    const at = { arm, layout, left };
    left += layout.width + margin.between;
    return at;
  });
  const height = Math.max(...placed.map((one) => one.layout.height), 0) + top + 8;
  return { placed, width: left - margin.between + side, height, top };
}

/** From which scale on full cards are better than compact ones: across, where twice as many of those have room, and down. */
const readable = { across: 0.86, down: 0.75 };

/** Full cards where they can be read in a box of such a size, else compact ones. Several arms on one card need its width. */
export function placeWithin(
  room: Size,
  arms: Arm[],
  campaign: { actions: Action[] },
  mayShrink: boolean,
): Placement & { isCompact: boolean } {
  const placed = placeArms(arms, campaign);
  const has =
    placed.width * readable.across <= room.width && placed.height * readable.down <= room.height;
  if (!mayShrink || room.width <= 0 || has) return { ...placed, isCompact: false };
  return { ...placeArms(arms, campaign, compact), isCompact: true };
}

/** How wide "1,457 held back" may be, with the space before it. */
const heldBackRoom = 132;

/** As wide as who was held back needs beside the entry: a flow of one column is narrower. */
export function withHeldBack<P extends Placement>(placement: P): P {
  const [only] = placement.placed;
  if (!only) return placement;
  const { entry } = only.layout;
  const needed = only.left + entry.x + entry.width + heldBackRoom;
  return { ...placement, width: Math.max(placement.width, needed) };
}
