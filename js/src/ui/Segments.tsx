// Asking the kernel for users, and what came of it. One notice per view, shared by all buttons that ask.

import { type ComponentChildren, createContext, type JSX } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { RequestFailure } from "../wire/ask";
import type { SegmentSummary } from "../wire/audience";
import type { SegmentRequest } from "../wire/requests";
import { CloseButton, CopyButton } from "./Controls";
import { plural } from "./format";
import { Mark } from "./icons";
import { useSnapshot, useView } from "./view";

interface Segments {
  busy: boolean;
  /** What was asked last, and what came of it. */
  asked: SegmentRequest | null;
  found: SegmentSummary | null;
  failure: { message: string; hint: string } | null;
  ask: (question: SegmentRequest) => void;
  clear: () => void;
}

const SegmentsContext = createContext<Segments | null>(null);

export function useSegments(): Segments {
  const segments = useContext(SegmentsContext);
  if (!segments) throw new Error("segments are asked for outside of their provider");
  return segments;
}

export function SegmentsProvider({ children }: { children: ComponentChildren }): JSX.Element {
  const { store, signal, asks } = useView();
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<SegmentRequest | null>(null);
  const [found, setFound] = useState<SegmentSummary | null>(null);
  const [failure, setRequestFailure] = useState<Segments["failure"]>(null);
  const settle = (segment: SegmentSummary | null, error: Segments["failure"]): void => {
    setFound(segment);
    setRequestFailure(error);
  };
  // Of several questions the last one counts, in whichever order they are answered; a card that is chosen is the last, too.
  const turn = useRef(0);
  const ask = (question: SegmentRequest): void => {
    const mine = ++turn.current;
    const isLast = (): boolean => mine === turn.current && !signal.aborted;
    setBusy(true);
    setAsked(question);
    store
      .ask("segment", { ...question })
      .then(
        (segment) => isLast() && settle(segment, null),
        (error: unknown) => {
          if (!isLast()) return;
          settle(
            null,
            error instanceof RequestFailure
              ? { message: error.message, hint: error.hint }
              : { message: String(error), hint: "" },
          );
        },
      )
      .finally(() => isLast() && setBusy(false));
  };
  asks.users = ask;
  const clear = (): void => {
    turn.current++;
    setBusy(false);
    setAsked(null);
    settle(null, null);
  };
  const { action } = useSnapshot().selection;
  // A card that is chosen has its users taken; what was open is of others.
  useEffect(() => {
    if (action !== null) clear();
  }, [action]);
  return (
    <SegmentsContext.Provider value={{ busy, asked, found, failure, ask, clear }}>
      {children}
    </SegmentsContext.Provider>
  );
}

interface UsersProps {
  question: SegmentRequest;
  class?: string;
  title?: string;
  testid?: string;
  children: ComponentChildren;
}

export const needsKernel = "Needs the notebook’s kernel";

/** Why users cannot be asked for: there is no kernel, or it has none; empty where they can. */
export function useNoUsers(): string {
  const { kernel, options } = useSnapshot();
  return kernel ? (options.closed?.users ?? "") : needsKernel;
}

/** A button that asks for users. While an answer is on its way it says so; where there are none, it cannot be pressed. */
export function UsersButton({
  question,
  class: name = "rw-button",
  title,
  testid,
  children,
}: UsersProps): JSX.Element {
  const { busy, ask } = useSegments();
  const why = useNoUsers();
  return (
    <button
      type="button"
      class={name}
      aria-disabled={busy}
      disabled={why !== ""}
      data-tip={why || title}
      data-testid={testid}
      onClick={() => ask(question)}
    >
      {children}
    </button>
  );
}

const line = "dashboard.segment.users";

/** The answer: how many users, by which rule, and the line of Python that holds them. */
export function SegmentNotice({ code = line }: { code?: string }): JSX.Element | null {
  const { found, failure, clear } = useSegments();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.scrollIntoView?.({ block: "nearest" }), [found, failure]);
  const close = <CloseButton label="Close this notice" onClose={clear} />;
  if (failure) {
    return (
      <div ref={box} class="rw-notice rw-notice-bad" role="alert" data-testid="segment-error">
        <Mark name="warn" />
        <div>
          <b>{failure.message}</b> {failure.hint}
        </div>
        {close}
      </div>
    );
  }
  if (!found) return null;
  const shown = found.code ? `${found.code}.users` : code;
  return (
    <div
      ref={box}
      class="rw-notice"
      role="status"
      data-testid="segment-notice"
      data-size={found.size}
    >
      <div>
        <b>{plural(found.size, "user")}</b> · <bdi>{found.name}</bdi>
        {found.rule && (
          <div class="rw-muted" dir="auto">
            {found.rule}
          </div>
        )}
        <div class="rw-code">
          <code>{shown}</code>
          <CopyButton label={`Copy ${shown}`} text={() => shown} />
        </div>
      </div>
      {close}
    </div>
  );
}
