/** Copy text; pages without clipboard rights fall back to a selected field. True when the text was taken. */
export async function copyText(text: string, near: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "rw-offscreen";
    near.append(field);
    field.select();
    const taken = document.execCommand?.("copy") ?? false;
    field.remove();
    return taken;
  }
}
