// Actions found by name.
import type { Action } from "../../wire/campaign";

/** As it is compared: without capitals and accents. */
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Those whose names contain the words, in the order given; none where nothing is looked for. */
export function found(query: string, actions: Pick<Action, "id" | "name">[]): string[] {
  const wanted = plain(query.trim());
  if (wanted === "") return [];
  return actions.filter(({ name }) => plain(name).includes(wanted)).map(({ id }) => id);
}

/** A name in three: before what was looked for, that itself, and the rest. */
export function split(name: string, query: string): [string, string, string] {
  const wanted = plain(query.trim());
  // Letter by letter, as accents may make the text longer than what is compared.
  const letters = [...name.normalize("NFC")];
  const all = letters.map(plain);
  for (let from = 0; wanted !== "" && from < all.length; from++) {
    let text = "";
    for (let to = from; to < all.length && text.length < wanted.length; to++) {
      text += all[to];
      if (text === wanted)
        return [
          letters.slice(0, from).join(""),
          letters.slice(from, to + 1).join(""),
          letters.slice(to + 1).join(""),
        ];
    }
  }
  return [name, "", ""];
}
