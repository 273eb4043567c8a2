// Whether a kernel can answer, as far as the host tells. JupyterLab, Notebook and Voila hand a widget their manager, which
// knows its kernel and whether this widget's line to it is open; other hosts tell nothing.
import type { Model } from "./model";

/** "lost": ended, restarted, or out of reach, so that this widget will get no answer any more. */
export type KernelState = "unknown" | "free" | "busy" | "lost";

interface HostSignal {
  connect(slot: () => void): unknown;
  disconnect(slot: () => void): unknown;
}

/** JupyterLab's connection to a kernel. */
interface Kernel {
  status?: string;
  connectionStatus?: string;
  isDisposed?: boolean;
  statusChanged?: HostSignal;
  connectionStatusChanged?: HostSignal;
  disposed?: HostSignal;
}

interface Manager {
  kernel?: Kernel | null;
  context?: { sessionContext?: { kernelChanged?: HostSignal } };
  get_model?(id: string): Promise<{ comm_live?: boolean } | undefined>;
}

const gone = new Set(["dead", "terminating", "restarting", "autorestarting"]);

function stateOf(kernel: Kernel | null | undefined): KernelState {
  if (!kernel || kernel.isDisposed || kernel.connectionStatus === "disconnected") return "lost";
  const status = kernel.status ?? "unknown";
  if (gone.has(status)) return "lost";
  if (status === "idle") return "free";
  return status === "busy" || status === "starting" ? "busy" : "unknown";
}

/** Watches the kernel until the signal aborts; gives a function that tells its state. */
export function watchKernel(
  model: Model,
  signal: AbortSignal,
  changed: () => void,
): () => KernelState {
  const manager = model.widget_manager as Manager | undefined;
  // Another kernel than the one that made this widget: to a restarted one it is unknown.
  let cut = false;
  let line: { comm_live?: boolean } | undefined;
  let watched: Kernel | null | undefined;
  const look = (): void => {
    if (line) cut = line.comm_live === false;
    changed();
  };
  const signals = (kernel: Kernel | null | undefined): (HostSignal | undefined)[] => [
    kernel?.statusChanged,
    kernel?.connectionStatusChanged,
    kernel?.disposed,
  ];
  const watch = (): void => {
    for (const one of signals(watched)) one?.disconnect(look);
    watched = signal.aborted ? null : manager?.kernel;
    for (const one of signals(watched)) one?.connect(look);
  };
  const exchanged = (): void => {
    watch();
    look();
  };
  const cutOff = (): void => {
    if (!line) cut = true;
    look();
  };
  watch();
  const kernelChanged = manager?.context?.sessionContext?.kernelChanged;
  kernelChanged?.connect(exchanged);
  model.on("comm_live_update", cutOff);
  const id = model.get("_own_id");
  if (manager?.get_model && typeof id === "string" && id !== "")
    manager.get_model(id).then(
      (found) => {
        if (signal.aborted) return;
        line = found;
        look();
      },
      () => undefined,
    );
  signal.addEventListener("abort", () => {
    watch();
    kernelChanged?.disconnect(exchanged);
    model.off("comm_live_update", cutOff);
  });
  return () => {
    if (cut) return "lost";
    return manager && "kernel" in manager ? stateOf(manager.kernel) : "unknown";
  };
}
