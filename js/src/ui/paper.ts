import { type Paper, useView } from "./view";

/** Follows whether a page is on paper; returns what it is now. */
export function watchPaper(page: Document, signal: AbortSignal, changed: () => void): () => Paper {
  const made = page.documentElement.hasAttribute("data-rw-paper");
  const window = page.defaultView;
  const query = window?.matchMedia?.("print");
  let printed = query?.matches === true;
  const set = (now: boolean): void => {
    if (printed === now) return;
    printed = now;
    changed();
  };
  window?.addEventListener("beforeprint", () => set(true), { signal });
  window?.addEventListener("afterprint", () => set(false), { signal });
  query?.addEventListener?.("change", () => set(query.matches), { signal });
  return () => (made ? "made" : printed ? "printed" : null);
}

export const usePaper = (): Paper => useView().paper;
