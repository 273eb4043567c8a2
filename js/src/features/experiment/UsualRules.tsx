// What usual other rules make of the headline, which the kernel counts when somebody asks; a saved page has the converted rate's.
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useSnapshot, useView } from "../../ui/view";
import type { UsualRules as Reply, UsualRange } from "../../wire/usual_rules";

/** Of many millions of events it takes the kernel a while, and who asked waits for it. */
const patience = 600_000;

const heads = ["Number", "Rule", "Other choice", "Value", "Change"];

type Found = Reply | "failed" | null;

/** What the kernel says of what is selected; null until it has. */
function useReply(wanted: boolean): Found {
  const { store, signal } = useView();
  const { selection, status } = useSnapshot();
  const [found, setFound] = useState<{ asked: string; reply: Found } | null>(null);
  const { range, start, end, definitions, developers, clock, machine_opens, time_zone } = selection;
  const scope = [range, start, end, definitions, developers, clock, machine_opens, time_zone];
  const asked = JSON.stringify([scope, status.read_ms]);
  const reply = found?.asked === asked ? found.reply : null;
  const ask = wanted && reply === null && status.state !== "computing";
  useEffect(() => {
    if (!ask) return;
    let current = true;
    const take = (told: Found): void => {
      if (current && !signal.aborted) setFound({ asked, reply: told });
    };
    store.ask("usual_rules", {}, patience).then(take, () => take("failed"));
    return () => {
      current = false;
    };
  }, [ask, asked, store, signal]);
  return reply;
}

interface Props {
  /** Whether it is open, which the line under the verdict also decides. */
  open: boolean;
  setOpen: (open: boolean) => void;
  /** How often that line opened it: each time it is brought into view. */
  asked: number;
  /** What the page has without a kernel. */
  known: UsualRange | null | undefined;
}

export function UsualRules({ open, setOpen, asked, known }: Props): JSX.Element | null {
  const { kernel } = useSnapshot();
  const reply = useReply(open && kernel);
  const part = useId();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asked === 0) return;
    button.current?.focus({ preventScroll: true });
    button.current?.scrollIntoView?.({ block: "center" });
  }, [asked]);
  if (!kernel && !known) return null;
  const found = kernel ? reply : (known ?? null);
  return (
    <div class="rw-panel rw-usual" data-testid="usual-rules">
      <button
        ref={button}
        type="button"
        class="rw-button"
        aria-expanded={open}
        aria-controls={open ? part : undefined}
        onClick={() => setOpen(!open)}
      >
        Under other usual rules
      </button>
      {open && (
        <div id={part} aria-live="polite" aria-busy={found === null}>
          {found === null && <p class="rw-muted">Computing …</p>}
          {found === "failed" && <p>It cannot be computed here: ask results.sensitivity().</p>}
          {found !== null && found !== "failed" && <Rules found={found} />}
        </div>
      )}
    </div>
  );
}

function Rules({ found: { line, rows, notes } }: { found: Reply }): JSX.Element {
  return (
    <>
      {line && <p class="rw-usual-line">{line}</p>}
      {rows.length === 0 && <p>No usual rule changes a number.</p>}
      {rows.length > 0 && (
        <div class="rw-table">
          <table>
            <caption class="rw-offscreen">Numbers with one rule changed at a time</caption>
            <thead>
              <tr>
                {heads.map((head, place) => (
                  <th key={head} scope="col" class={place > 2 ? "rw-num" : undefined}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.join("|")}>
                  {row.map((cell, place) => (
                    <td key={heads[place]} class={place > 2 ? "rw-num" : undefined}>
                      <bdi>{cell}</bdi>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {notes.map((note) => (
        <p key={note} class="rw-muted">
          <bdi>{note}</bdi>
        </p>
      ))}
    </>
  );
}
