/** Hand the reader a file; nothing leaves the page. */
export function saveFile(name: string, content: Blob | string, near: HTMLElement): void {
  const url = typeof content === "string" ? content : URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.hidden = true;
  near.append(link);
  link.click();
  link.remove();
  // The browser reads the address after the click has been handled.
  if (typeof content !== "string") setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Whether the page may save files. A browser refuses without a word, and tells only some frames how they are boxed in. */
export type Saving = "allowed" | "forbidden" | "unknown";

/** Every frame around a page whose element can be read: those of its own origin. */
function framesAround(page: Window): HTMLIFrameElement[] {
  const found: HTMLIFrameElement[] = [];
  try {
    for (let at = page; at.frameElement; at = at.parent)
      found.push(at.frameElement as HTMLIFrameElement);
  } catch {
    // The next one is of another origin.
  }
  return found;
}

export function saving(page: Window = window): Saving {
  const boxed = framesAround(page).filter((frame) => frame.hasAttribute("sandbox"));
  if (boxed.some((frame) => !frame.sandbox.contains("allow-downloads"))) return "forbidden";
  try {
    // A sandbox may take a page its origin, and with it the right to ask for its storage.
    void page.localStorage;
    return "allowed";
  } catch {
    return page.origin === "null" ? "unknown" : "allowed";
  }
}

/** A title as a file name. */
export const fileName = (title: string): string =>
  title
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80)
    .toLowerCase() || "chart";
