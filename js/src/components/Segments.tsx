// Asking the kernel for users, and what came of it. One notice per view, shared by all buttons that ask.
import { createContext, type ComponentChildren, type JSX } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { exact } from "../lib/format";
import { Mark } from "../lib/icons";
import { useView } from "../lib/model";
import { Failure } from "../lib/request";
import { CopyButton } from "./Controls";

interface Segment {
  name: string;
  rule: string;
  size: number;
}

interface Question {
  of: "campaign" | "action" | "actions" | "edge" | "metric";
  action?: string | null;
  event?: string | null;
  actions?: string[];
  source?: string;
  target?: string;
  metric?: string;
  channel?: string | null;
}

interface Segments {
  busy: boolean;
  found: Segment | null;
  failure: { message: string; hint: string } | null;
  ask: (question: Question) => void;
  clear: () => void;
}

const SegmentsContext = createContext<Segments | null>(null);

export function useSegments(): Segments {
  const segments = useContext(SegmentsContext);
  if (!segments) throw new Error("segments are asked for outside of their provider");
  return segments;
}

/** For parts that also stand in widgets that ask for no users. */
export const useSegmentsIfAny = (): Segments | null => useContext(SegmentsContext);

export function SegmentsProvider({ children }: { children: ComponentChildren }): JSX.Element {
  const { store, signal } = useView();
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<Segment | null>(null);
  const [failure, setFailure] = useState<Segments["failure"]>(null);
  const clear = (): void => {
    setFound(null);
    setFailure(null);
  };
  const ask = (question: Question): void => {
    setBusy(true);
    store.ask({ kind: "segment", ...question }).then(
      (reply) => {
        clear();
        setFound(reply.segment as Segment);
      },
      (error: unknown) => {
        if (signal.aborted) return;
        clear();
        setFailure(error instanceof Failure ? { message: error.message, hint: error.hint } : { message: String(error), hint: "" });
      },
    ).finally(() => !signal.aborted && setBusy(false));
  };
  return <SegmentsContext.Provider value={{ busy, found, failure, ask, clear }}>{children}</SegmentsContext.Provider>;
}

const line = "dashboard.segment.users";

/** The answer: how many users, by which rule, and the line of Python that holds them. */
export function SegmentNotice({ code = line }: { code?: string }): JSX.Element | null {
  const { found, failure, clear } = useSegments();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.scrollIntoView?.({ block: "nearest" }), [found, failure]);
  if (!found && !failure) return null;
  const close = <button type="button" class="rw-iconbutton" aria-label="Close this notice" title="Close" onClick={clear}><Mark name="close" /></button>;
  if (failure) {
    return (
      <div ref={box} class="rw-notice rw-notice-bad" role="alert" data-testid="segment-error">
        <Mark name="warn" /><div><b>{failure.message}</b> {failure.hint}</div>{close}
      </div>
    );
  }
  return (
    <div ref={box} class="rw-notice" role="status" data-testid="segment-notice" data-size={found!.size}>
      <div>
        <b>{exact(found!.size)} users</b> · {found!.name}
        {found!.rule && <div class="rw-muted">{found!.rule}</div>}
        <div class="rw-code"><code>{code}</code><CopyButton label={`Copy ${code}`} text={() => code} /></div>
      </div>
      {close}
    </div>
  );
}
