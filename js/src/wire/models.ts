// Other models of the same kernel, as far as the host hands them out.
import type { Model } from "./model";

export interface Host<T> {
  getModel?(ref: string): Promise<T>;
}

/** The model of an id; undefined where the host hands out none. */
export async function modelOf<T>(
  model: Model,
  host: Host<T> | undefined,
  id: string,
): Promise<T | undefined> {
  if (host?.getModel) return host.getModel(`anywidget:${id}`);
  const manager = model.widget_manager as { get_model?(id: string): Promise<T> } | undefined;
  return manager?.get_model?.(id);
}
