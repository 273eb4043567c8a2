// The verdict takes the kernel longer than all other numbers together: it is asked for when those are on screen.
import { useEffect, useRef } from "preact/hooks";
import { painted } from "../../ui/painted";
import { useSnapshot, useView } from "../../ui/view";
import type { ExperimentState } from "../../wire/experiment";

/** Nobody waits for it: it is never late. */
const patience = 3_600_000;

export interface Concluded {
  /** The verdict; while another is on its way, the one before. */
  shown: ExperimentState | null;
  busy: boolean;
}

export function useExperiment(): Concluded {
  const { store, signal } = useView();
  const { experiment, kernel, status, selection } = useSnapshot();
  const before = useRef<ExperimentState | null>(null);
  if (experiment) before.current = experiment;
  const wanted = experiment === null && kernel && status.state !== "computing" && !status.error;
  // Numbers that changed while it was being made have another verdict.
  const of = JSON.stringify([selection.range, selection.start, selection.end, status.read_ms]);
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    void painted().then(() => {
      if (!current || signal.aborted) return;
      // If the verdict cannot be computed, neither can the numbers, and the error is shown above them.
      store.ask("experiment", {}, patience).catch(() => undefined);
    });
    return () => {
      current = false;
    };
  }, [wanted, of, store, signal]);
  const none = experiment === null && (!kernel || status.error !== null);
  return { shown: none ? null : before.current, busy: experiment === null && !none };
}
