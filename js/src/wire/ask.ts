// Requests that only the kernel can answer. Each has an id of its own and ends with a reply, an error or a timeout; replies
// to other views of the same model are ignored.
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

export const silence: RequestError = {
  message: "The kernel does not respond.",
  hint: "What is shown still works. Run the notebook again to see users.",
};

type Kind = keyof Replies;

/** Sends a request of some kind; a slow one may set its own timeout in ms. */
export type Ask = <K extends Kind>(
  kind: K,
  content?: Record<string, unknown>,
  timeout?: number,
) => Promise<Replies[K]>;

interface Pending {
  kind: Kind;
  // Which of the replies it is, the caller's type says: what the kernel sends is not checked again.
  resolve: (reply: never) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

let counter = 0;
const session = Math.random().toString(36).slice(2, 10);

/** A function that sends requests over a model; everything it holds is released when the signal aborts. */
export function createAsk(model: Model, signal: AbortSignal, usualTimeout = 8000): Ask {
  const open = new Map<string, Pending>();

  const settle = (id: string): Pending | undefined => {
    const waiting = open.get(id);
    open.delete(id);
    if (waiting) clearTimeout(waiting.timer);
    return waiting;
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
    for (const id of [...open.keys()])
      settle(id)?.reject(new RequestFailure({ message: "The view was closed.", hint: "" }));
  });

  return (kind, content = {}, timeout = usualTimeout) =>
    new Promise((resolve, reject) => {
      if (signal.aborted)
        return reject(new RequestFailure({ message: "The view was closed.", hint: "" }));
      const id = `${session}-${++counter}`;
      const timer = setTimeout(() => settle(id)?.reject(new RequestFailure(silence)), timeout);
      open.set(id, { kind, resolve, reject, timer });
      try {
        model.send({ ...content, kind, id });
      } catch {
        settle(id)?.reject(new RequestFailure(silence));
      }
    });
}
