// A question about an opened segment, and what stands where its answer will be.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useSnapshot, useView } from "../lib/model";
import { Failure, type RequestError } from "../lib/request";
import { needsKernel } from "./Segments";

/** What the kernel computes for a reader may take a while on large data. */
export const patience = 60_000;

export const failureOf = (error: unknown): RequestError =>
  error instanceof Failure
    ? { message: error.message, hint: error.hint, limit: error.limit }
    : { message: String(error), hint: "" };

export interface Answer<T> {
  value: T | null;
  failure: RequestError | null;
  busy: boolean;
}

/** Ask the kernel something about an opened segment: once per question, and never where no kernel is. */
export function useAnswer<T>(
  kind: string,
  token: number,
  wanted: boolean,
  more: Record<string, unknown> = {},
): Answer<T> {
  const { store, signal } = useView();
  const { kernel } = useSnapshot();
  const [state, setState] = useState<Answer<T>>({ value: null, failure: null, busy: false });
  const question = JSON.stringify({ kind, token, ...more });
  useEffect(() => {
    if (!wanted) return;
    if (!kernel)
      return setState({
        value: null,
        failure: { message: `${needsKernel}.`, hint: "" },
        busy: false,
      });
    let latest = true;
    setState((before) => ({ ...before, failure: null, busy: true }));
    store.ask(JSON.parse(question) as Record<string, unknown>, patience).then(
      (reply) => latest && setState({ value: reply[kind] as T, failure: null, busy: false }),
      (error: unknown) =>
        latest &&
        !signal.aborted &&
        setState({ value: null, failure: failureOf(error), busy: false }),
    );
    return () => void (latest = false);
  }, [question, wanted, kernel]);
  return state;
}

export function Trouble({ failure }: { failure: RequestError }): JSX.Element {
  const { message, hint, limit } = failure;
  const words = /[.!?…]$/.test(message) || !hint ? `${message} ${hint}` : `${message}: ${hint}`;
  return limit ? (
    <p class="rw-muted" role="status">
      {words}
    </p>
  ) : (
    <p class="rw-trouble" role="alert">
      {words}
    </p>
  );
}

/** The place of numbers on their way, so that nothing jumps when they come. */
export function Awaited({ rows }: { rows: number }): JSX.Element {
  return (
    <div class="rw-awaited" role="status" style={{ minHeight: `${rows * 40}px` }}>
      <span class="rw-muted">Computing …</span>
    </div>
  );
}
