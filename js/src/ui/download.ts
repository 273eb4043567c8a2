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

/** A title as a file name. */
export const fileName = (title: string): string =>
  title
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80)
    .toLowerCase() || "chart";
