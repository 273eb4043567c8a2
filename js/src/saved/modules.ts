// Widgets whose code came as text: it is imported through a Blob URL, since no request may leave the page.
import type { Model } from "../wire/model";

export interface WidgetModule {
  render(context: { model: Model; el: HTMLElement; signal: AbortSignal }): unknown;
}

export async function importText(source: string): Promise<WidgetModule> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return ((await import(/* @vite-ignore */ url)) as { default: WidgetModule }).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}
