// Which theme the host shows, with a callback when it changes. Hosts mark it in different places, and the operating
// system's preference comes last: a light notebook on a dark desktop is light.

export type Theme = "light" | "dark";

const names = ["data-theme", "data-bs-theme", "data-color-mode", "data-mode"];

const system = (page: Window | null): MediaQueryList | undefined =>
  page?.matchMedia?.("(prefers-color-scheme: dark)");

function fromElement(element: Element): Theme | null {
  const jupyter = element.getAttribute("data-jp-theme-light");
  if (jupyter) return jupyter === "false" ? "dark" : "light";
  const code = element.getAttribute("data-vscode-theme-kind");
  if (code) return code.includes("light") ? "light" : "dark";
  for (const name of names) {
    const value = element.getAttribute(name);
    if (value === "dark" || value === "light") return value;
  }
  const has = (theme: Theme): boolean =>
    ["", "quarto-", "vscode-"].some((host) => element.classList.contains(host + theme));
  return has("dark") ? "dark" : has("light") ? "light" : null;
}

function parentOf(node: Element): Element | null {
  if (node.parentElement) return node.parentElement;
  const root = node.getRootNode();
  if (root instanceof ShadowRoot) return root.host;
  // VS Code draws widgets in a frame of the same origin and marks only the outer page.
  try {
    return (node.ownerDocument.defaultView?.frameElement as Element | null) ?? null;
  } catch {
    return null;
  }
}

/** The theme marked nearest to the element (through shadow roots and frames of one origin), else the system's. */
export function detectTheme(element: Element): Theme {
  for (let node = parentOf(element); node; node = parentOf(node)) {
    const body = node.localName === "html" ? node.querySelector(":scope > body") : null;
    const found = fromElement(node) ?? (body && fromElement(body));
    if (found) return found;
  }
  // Hosts draw first and attach later: until then the page itself is asked.
  const page = element.ownerDocument;
  const found = (page.body && fromElement(page.body)) ?? fromElement(page.documentElement);
  if (found) return found;
  return system(page.defaultView)?.matches ? "dark" : "light";
}

type Watcher = () => void;
const watchers = new Set<Watcher>();
let stop: (() => void) | null = null;

/** One observer per page (a module is evaluated once per widget, so per widget at worst), alive while anybody watches. */
function start(): () => void {
  const all = (): void => {
    for (const watcher of watchers) watcher();
  };
  const observer = new MutationObserver(all);
  const filter = [
    "class",
    "data-jp-theme-light",
    "data-jp-theme-name",
    "data-vscode-theme-kind",
    ...names,
  ];
  const documents = new Set<Document>([document]);
  try {
    if (window.parent !== window) documents.add(window.parent.document);
  } catch {
    // The theme of a page from another origin cannot be read, and is not needed.
  }
  for (const page of documents) {
    observer.observe(page.documentElement, { attributes: true, attributeFilter: filter });
    if (page.body) observer.observe(page.body, { attributes: true, attributeFilter: filter });
  }
  const media = system(window);
  media?.addEventListener?.("change", all);
  return () => {
    observer.disconnect();
    media?.removeEventListener?.("change", all);
  };
}

/** What a theme gives to drawings, which styles alone do not reach. */
function lookOf(root: HTMLElement): string {
  const style = getComputedStyle(root);
  const given = ["ink", "muted", "line", "faint", "surface"];
  return style.fontFamily + given.map((name) => style.getPropertyValue(`--rw-${name}`));
}

/** Keep data-rw-theme on the root true to the host, and call back on every change (colours may change without the theme). */
export function watchTheme(root: HTMLElement, signal: AbortSignal, changed: () => void): void {
  let frame = 0;
  let seen = "";
  const apply = (): void => {
    const theme = detectTheme(root);
    root.setAttribute("data-rw-theme", theme);
    // Hosts change classes at every click into a cell: what looks the same need not be drawn again.
    const look = theme + lookOf(root);
    if (look === seen) return;
    seen = look;
    changed();
  };
  // Hosts set the mark first and load the style sheet after it: look again on the next frame.
  const watcher = (): void => {
    apply();
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => requestAnimationFrame(apply));
  };
  root.setAttribute("data-rw-theme", detectTheme(root));
  watchers.add(watcher);
  stop ??= start();
  // Shadow roots and frames mark their own wrapper, which the page's observer does not see.
  const own = new MutationObserver(watcher);
  const observeParents = (): void => {
    for (let node = parentOf(root); node; node = parentOf(node)) {
      own.observe(node, { attributes: true, attributeFilter: ["class", "data-theme"] });
    }
  };
  observeParents();
  const attached =
    typeof ResizeObserver === "undefined" || root.isConnected
      ? null
      : new ResizeObserver(() => {
          if (!root.isConnected) return;
          attached?.disconnect();
          observeParents();
          watcher();
        });
  attached?.observe(root);
  signal.addEventListener("abort", () => {
    attached?.disconnect();
    cancelAnimationFrame(frame);
    own.disconnect();
    watchers.delete(watcher);
    if (watchers.size === 0) {
      stop?.();
      stop = null;
    }
  });
}

/**
 * A colour of the theme as the browser computes it, so that charts get plain colours and no var() or color-mix(). Where
 * the system forces its own colours, those of data stay: they tell lines apart.
 */
export function colour(root: HTMLElement, name: string, data = false): string {
  const probe = document.createElement("span");
  if (data) probe.style.setProperty("forced-color-adjust", "none");
  probe.style.color = `var(${name})`;
  probe.style.display = "none";
  root.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value || "currentColor";
}
