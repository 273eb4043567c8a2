import { useEffect, useState } from "preact/hooks";
import { useView } from "./view";

/** Whether what is drawn is for paper, on which nothing can be opened. */
export function usePaper(): boolean {
  const { root } = useView();
  const page = root.ownerDocument;
  const made = page.documentElement.hasAttribute("data-rw-paper");
  const query = page.defaultView?.matchMedia?.("print");
  const [paper, setPaper] = useState(made || query?.matches === true);
  useEffect(() => {
    const life = new AbortController();
    const { signal } = life;
    const window = page.defaultView;
    window?.addEventListener("beforeprint", () => setPaper(true), { signal });
    window?.addEventListener("afterprint", () => setPaper(made), { signal });
    query?.addEventListener?.("change", () => setPaper(made || query.matches), { signal });
    return () => life.abort();
  }, []);
  return paper;
}
