// A name that has no room on its card, shortened so that it still tells the card from the others.

/** Where a name is drawn: how long its lines are and how many there are, and how long a text is in its letters. */
export interface NameRoom {
  width: number;
  lines: number;
  measure: (text: string) => number;
}

const atEnds = /^[\s_:|/–—-]+|[\s_:|/–—-]+$/g;

const words = (name: string): string[] =>
  name.match(/[^\s_:|/–—-]*[\s_:|/–—-]+|[^\s_:|/–—-]+$/g) ?? [];

/** Words that fewer names have in common may well be what tells those from the rest. */
const fewest = 3;

/** How many words at least half of all names have in common with this one, from its first on; never all of it. */
function sharedBy(names: string[][]): (name: string[]) => number {
  const counts = new Map<string, number>();
  const parts = (name: string[]): string[] =>
    name.slice(0, -1).map((_, at) =>
      name
        .slice(0, at + 1)
        .join("")
        .trim(),
    );
  for (const part of names.flatMap(parts)) counts.set(part, (counts.get(part) ?? 0) + 1);
  const isShared = (part: string): boolean =>
    (counts.get(part) ?? 0) >= Math.max(names.length / 2, fewest);
  return (name) => parts(name).filter(isShared).length;
}

/** In how many lines a text stands where words are broken only if they are longer than a line, as styles have it. */
function linesOf(text: string, { width, measure }: NameRoom): number {
  let [lines, used] = [1, 0];
  for (const word of text.match(/[^\s-]*[\s-]+|[^\s-]+$/g) ?? []) {
    const own = measure(word.trimEnd());
    if (used > 0 && used + own > width) [lines, used] = [lines + 1, 0];
    if (own <= width) used += measure(word);
    else
      for (const letter of word) {
        const wide = measure(letter);
        if (used + wide > width) [lines, used] = [lines + 1, 0];
        used += wide;
      }
  }
  return lines;
}

/** As many letters of a text as have room, and an ellipsis where the others were; such a share of them are its last. */
function cut(text: string, share: number, fits: (text: string) => boolean): string {
  const letters = [...text];
  const kept = (count: number): string => {
    const tail = Math.floor(count * share);
    const head = letters
      .slice(0, count - tail)
      .join("")
      .trimEnd();
    return `${head}…${letters
      .slice(letters.length - tail)
      .join("")
      .trimStart()}`;
  };
  let [least, most] = [1, letters.length - 1];
  while (least < most) {
    const half = Math.ceil((least + most) / 2);
    if (fits(kept(half))) least = half;
    else most = half - 1;
  }
  return kept(least);
}

/** In the middle, unless another name would look the same: then at its end, or its beginning. */
const shares = [0.5, 0, 1];

/**
 * How names are shortened where they are drawn: what most of them begin or end with is left out first, then the middle,
 * or what else tells them apart. A name that fits stays as it is.
 */
export function shortener(names: string[], room: NameRoom): (name: string) => string {
  const all = names.map(words);
  const backwards = (name: string[]): string[] => [...name].reverse();
  const [head, tail] = [sharedBy(all), sharedBy(all.map(backwards))];
  const fits = (text: string): boolean => linesOf(text, room) <= room.lines;
  const shorten = (name: string, share: number): string => {
    if (fits(name)) return name;
    const own = words(name);
    const from = head(own);
    const to = own.length - Math.min(tail(backwards(own)), own.length - from - 1);
    const part = (first: number, last: number): string =>
      own.slice(first, last).join("").replace(atEnds, "");
    const found = [`${part(0, to)}…`, `…${part(from, own.length)}`, `…${part(from, to)}…`].filter(
      (_, at) => [to < own.length, from > 0, from > 0 && to < own.length][at],
    );
    return found.find(fits) ?? cut(part(from, to), share, fits);
  };
  const columns = shares.map((share) => new Map(names.map((name) => [name, shorten(name, share)])));
  return (name) => {
    const [middle] = columns;
    const own = columns.find((made) =>
      [...made].every(([other, short]) => other === name || short !== made.get(name)),
    );
    return (own ?? middle)?.get(name) ?? name;
  };
}
