// The interval of a line of a saved page, and why; src/results_widgets/view_model/interval_choice.py chooses in the same way.
import {
  automatic,
  candidates,
  captionChosen,
  captionFew,
  captionOneFew,
  enough,
  fewestPoints,
  intervals,
} from "../../../src/results_widgets/_shared/chart.json";
import type { Values } from "./page";

export interface Choice {
  every: string;
  /** What the points have below the line, in words; empty where that is nothing to speak of. */
  words: string;
}

const [shortest = "1d"] = candidates;

const filled = (text: string, values: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));

/**
 * The interval asked for, or the one that suits a rate.
 *
 * basesOf gives what its points are taken of by an interval, null where that is not known; base is what that is, in a word.
 */
export function chosenInterval(
  asked: string,
  base: string,
  basesOf: (every: string) => Values | null,
): Choice {
  const isAutomatic = asked === automatic;
  const found = (isAutomatic ? candidates : [asked]).flatMap((every) => {
    const points = basesOf(every)?.filter((one) => one !== null && one > 0);
    if (!points) return [];
    const good = points.filter((one) => (one ?? 0) >= enough).length;
    return [{ every, points: points.length, good }];
  });
  const lines = found.filter(({ points }) => points >= fewestPoints);
  const [first, ...others] = lines.length > 0 ? lines : found.slice(0, 1);
  if (!first) return { every: isAutomatic ? shortest : asked, words: "" };
  const share = ({ good, points }: typeof first): number => good / Math.max(1, points);
  const best = others.reduce((a, b) => (share(b) > share(a) ? b : a), first);
  const { every, points, good } = best;
  const interval = (intervals as Record<string, string>)[every] ?? every;
  const few = points - good;
  const text =
    few === 1
      ? captionOneFew
      : few > 0
        ? captionFew
        : isAutomatic && points > 0 && every !== shortest
          ? captionChosen
          : "";
  return { every, words: filled(text, { few, points, interval, enough, base }) };
}
