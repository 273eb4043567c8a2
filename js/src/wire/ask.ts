// Requests that only the kernel can answer. Each has an id of its own and ends with a reply, or with an error: of the kernel,
// or because it is lost. A kernel that is merely busy replies when it is free, however long that takes. Replies to other
// views of the same model are ignored.
import type { Model } from "./model";
import type { Replies, RequestError } from "./requests";

export class RequestFailure extends Error {
  readonly hint: string;
  readonly limit: boolean;

  constructor(error: RequestError) {
    super(error.message);
    this.name = "RequestFailure";
    this.hint = error.hint;
    this.limit = error.limit === true;
  }
}

export const lost: RequestError = {
  message: "The kernel was restarted or has ended.",
  hint: "What is shown still works. Run the notebook again to see users.",
};
const closed: RequestError = { message: "The view was closed.", hint: "" };

type Kind = keyof Replies;

/** Sends a request of some kind; a slow one may set its own patience in ms, see `Line`. */
export type Ask = <K extends Kind>(
  kind: K,
  content?: Record<string, unknown>,
  patience?: number,
) => Promise<Replies[K]>;

export interface Line {
  ask: Ask;
  /** Whether a reply has been waited for longer than its patience. */
  isLate(): boolean;
  /** Ends what is waited for. */
  cut(): void;
}

interface Pending {
  kind: Kind;
  // Which of the replies it is, the caller's type says: what the kernel sends is not checked again.
  resolve: (reply: never) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

let counter = 0;
const session = Math.random().toString(36).slice(2, 10);

export interface Options {
  /** How long a reply usually takes at most, in ms. */
  patience: number;
  /** Called when a reply becomes late, and when a late one came. */
  changed?: () => void;
  /** Whether no reply can come. */
  isLost?: () => boolean;
}

/** Sends requests over a model; everything it holds is released when the signal aborts. */
export function openLine(model: Model, signal: AbortSignal, options: Options): Line {
  const open = new Map<string, Pending>();
  const late = new Set<string>();

  const settle = (id: string): Pending | undefined => {
    const waiting = open.get(id);
    open.delete(id);
    if (waiting) clearTimeout(waiting.timer);
    if (late.delete(id)) options.changed?.();
    return waiting;
  };

  const endAll = (error: RequestError): void => {
    for (const id of [...open.keys()]) settle(id)?.reject(new RequestFailure(error));
  };

  const onReply = (message: unknown): void => {
    if (typeof message !== "object" || message === null) return;
    const reply = message as { id?: unknown; ok?: unknown; error?: RequestError };
    if (typeof reply.id !== "string") return;
    const waiting = settle(reply.id);
    if (!waiting) return;
    if (reply.ok) waiting.resolve((message as Record<Kind, never>)[waiting.kind]);
    else
      waiting.reject(
        new RequestFailure(reply.error ?? { message: "The kernel refused the request.", hint: "" }),
      );
  };

  model.on("msg:custom", onReply);
  signal.addEventListener("abort", () => {
    model.off("msg:custom", onReply);
    endAll(closed);
  });

  const ask: Ask = (kind, content = {}, patience = options.patience) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new RequestFailure(closed));
      if (options.isLost?.()) return reject(new RequestFailure(lost));
      const id = `${session}-${++counter}`;
      const timer = setTimeout(() => {
        late.add(id);
        options.changed?.();
      }, patience);
      open.set(id, { kind, resolve, reject, timer });
      try {
        model.send({ ...content, kind, id });
      } catch {
        settle(id)?.reject(new RequestFailure(lost));
      }
    });

  return { ask, isLate: () => late.size > 0, cut: () => endAll(lost) };
}
