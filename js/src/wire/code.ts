// Code that comes as text: no request may leave the page. It is imported through a Blob URL, once a page, whichever widgets
// and notebooks of the page bring it.

export interface Source {
  /** Equal keys, equal texts. */
  key: string;
  text: string;
}

// Every widget of a page evaluates its own loader, so what they share hangs on the page itself.
const shared = Symbol.for("results-widgets code");
type Shared = { [shared]?: Map<string, Promise<unknown>> };

/** The module that a text is; evaluated when it is first asked for. */
export function evaluated<T>({ key, text }: Source): Promise<T> {
  const page = globalThis as Shared;
  page[shared] ??= new Map();
  const modules = page[shared];
  let found = modules.get(key);
  if (!found) {
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    found = import(/* @vite-ignore */ url).finally(() => URL.revokeObjectURL(url));
    found.catch(() => modules.delete(key));
    modules.set(key, found);
  }
  return found as Promise<T>;
}
