// How much of a name has room on a card, as its styles have it.
import type { RefObject } from "preact";
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { usePaper } from "../../ui/paper";
import { useSnapshot } from "../../ui/view";
import { type NameRoom, shortener } from "./card_name";

interface Face extends Omit<NameRoom, "measure"> {
  font: string;
}

/** The face of the first card's name; null where nothing is drawn. */
function faceOf(box: HTMLElement): Face | null {
  const name = box.querySelector<HTMLElement>(".rw-card-name");
  const head = name?.parentElement;
  if (!name || !head || head.clientWidth === 0) return null;
  const [style, gap] = [getComputedStyle(name), getComputedStyle(head).columnGap];
  // The drawing may be made smaller as a whole: sizes of styles are those from before.
  const scale = head.getBoundingClientRect().width / head.clientWidth;
  const beside = [...head.children].filter((one) => one !== name);
  const taken = beside.reduce(
    (sum, one) => sum + one.getBoundingClientRect().width / scale + (Number.parseFloat(gap) || 0),
    0,
  );
  return {
    width: head.clientWidth - taken,
    lines: Number.parseInt(style.webkitLineClamp, 10) || 2,
    font: `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`,
  };
}

let canvas: CanvasRenderingContext2D | null | undefined;

function measureIn(font: string): (text: string) => number {
  canvas ??= document.createElement("canvas").getContext("2d");
  const [pen, known] = [canvas, new Map<string, number>()];
  if (!pen) return () => 0;
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    pen.font = font;
    const { width } = pen.measureText(text);
    known.set(text, width);
    return width;
  };
}

/** Shortens the names of cards in a box. `look` changes with all that the face and the room of names depend on. */
export function useShortener(
  box: RefObject<HTMLElement | null>,
  look: string,
): (name: string) => string {
  const { campaign } = useSnapshot();
  const [face, setFace] = useState<Face | null>(null);
  const paper = usePaper();
  useLayoutEffect(() => {
    const now = box.current && faceOf(box.current);
    if (now) setFace((before) => (JSON.stringify(before) === JSON.stringify(now) ? before : now));
  }, [look]);
  return useMemo(
    () =>
      // On paper names have as many lines as they need.
      face && !paper
        ? shortener(
            campaign.actions.map(({ name }) => name),
            { ...face, measure: measureIn(face.font) },
          )
        : (name) => name,
    [face, paper, campaign.actions],
  );
}
