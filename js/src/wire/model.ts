// The part of anywidget's model that the widgets use; saved pages have a host of their own (saved/host.ts).

export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event?: string | null, callback?: ((...args: never[]) => void) | null): void;
  send(content: unknown, callbacks?: unknown, buffers?: unknown): void;
  /** Of hosts that are Jupyter's: see kernel.ts. */
  widget_manager?: unknown;
  /** Set by our own host of saved reports: there is no kernel, and there will be none. */
  standalone?: boolean;
  /** False where no kernel can be asked for users, though other choices may be served. */
  kernel?: boolean;
}
