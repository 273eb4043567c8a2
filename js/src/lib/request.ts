// Questions only the kernel can answer. Ids are our own, every question ends (answer, error or timeout), and replies
// to somebody else's question are left alone: several views may listen on one model.
import type { Model } from "./model";

export interface RequestError {
  message: string;
  hint: string;
  /** It is no failure, but more than can be answered of these results. */
  limit?: boolean;
}

export class Failure extends Error {
  readonly hint: string;
  readonly limit: boolean;

  constructor(error: RequestError) {
    super(error.message);
    this.name = "Failure";
    this.hint = error.hint;
    this.limit = error.limit === true;
  }
}

export const silence: RequestError = {
  message: "No kernel answers.",
  hint: "Everything shown still works. Run the notebook again to ask for users.",
};

/** Asks the kernel; what takes it longer than usual may name its own patience in ms. */
export type Ask = (
  content: Record<string, unknown>,
  patience?: number,
) => Promise<Record<string, unknown>>;

interface Open {
  resolve: (reply: Record<string, unknown>) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

let counter = 0;
const session = Math.random().toString(36).slice(2, 10);

/** A function that asks the kernel; everything it holds is released when the signal aborts. */
export function createAsk(model: Model, signal: AbortSignal, timeout = 8000): Ask {
  const open = new Map<string, Open>();

  const settle = (id: string): Open | undefined => {
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
    if (reply.ok) waiting.resolve(message as Record<string, unknown>);
    else
      waiting.reject(
        new Failure(reply.error ?? { message: "The kernel refused the question.", hint: "" }),
      );
  };

  model.on("msg:custom", onReply);
  signal.addEventListener("abort", () => {
    model.off("msg:custom", onReply);
    for (const id of [...open.keys()])
      settle(id)?.reject(new Failure({ message: "The view was closed.", hint: "" }));
  });

  return (content, patience = timeout) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Failure({ message: "The view was closed.", hint: "" }));
      const id = `${session}-${++counter}`;
      const timer = setTimeout(() => settle(id)?.reject(new Failure(silence)), patience);
      open.set(id, { resolve, reject, timer });
      try {
        model.send({ ...content, id });
      } catch {
        settle(id)?.reject(new Failure(silence));
      }
    });
}
