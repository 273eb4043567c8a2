// What the kernel is asked about an opened segment: its reply, its error, or a placeholder until then.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { failureOf } from "../../ui/Failure";
import { needsKernel } from "../../ui/Segments";
import { useSnapshot, useView } from "../../ui/view";
import type { Replies, RequestError } from "../../wire/requests";

/** After how many ms an answer is late: a profile of large data takes the kernel a while. */
export const slowPatience = 60_000;

export interface KernelReply<T> {
  value: T | null;
  failure: RequestError | null;
  busy: boolean;
}

/** Ask the kernel about an opened segment: once per request, and never without a kernel. */
export function useKernelReply<K extends "reach" | "profile" | "sample">(
  kind: K,
  token: number,
  wanted: boolean,
  more: Record<string, unknown> = {},
): KernelReply<Replies[K]> {
  type Reply = KernelReply<Replies[K]>;
  const { store, signal } = useView();
  const { kernel } = useSnapshot();
  const [state, setState] = useState<Reply>({ value: null, failure: null, busy: false });
  const request = JSON.stringify({ token, ...more });
  useEffect(() => {
    if (!wanted) return;
    if (!kernel) {
      const failure = { message: `${needsKernel}.`, hint: "" };
      setState({ value: null, failure, busy: false });
      return;
    }
    let latest = true;
    setState((before) => ({ ...before, failure: null, busy: true }));
    store.ask(kind, JSON.parse(request) as Record<string, unknown>, slowPatience).then(
      (value) => latest && setState({ value, failure: null, busy: false }),
      (error: unknown) =>
        latest &&
        !signal.aborted &&
        setState({ value: null, failure: failureOf(error), busy: false }),
    );
    return () => {
      latest = false;
    };
  }, [kind, request, wanted, kernel, store, signal]);
  return state;
}

/** Keeps the room of rows that are being computed, so that nothing jumps when they come. */
export function Placeholder({ rows }: { rows: number }): JSX.Element {
  return (
    <div class="rw-awaited" role="status" style={{ minHeight: `${rows * 40}px` }}>
      <span class="rw-muted">Computing …</span>
    </div>
  );
}
