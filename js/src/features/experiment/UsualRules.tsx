// Tables that the kernel counts when somebody asks: the headline under usual other rules, key numbers by the definitions of
// other tools, and the paths to conversion; a saved page has the converted rate's alone.
import type { JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useKept } from "../../ui/kept";
import { useSnapshot, useView } from "../../ui/view";
import type { UsualRange, WrittenTable } from "../../wire/usual_rules";

/** With many millions of events the kernel needs a while, and the reader waits for it. */
const patience = 600_000;

const titles = {
  usual_rules: "Under other usual rules",
  dialects: "By other tools’ definitions",
  paths: "Paths to conversion",
};

export type ToldTable = keyof typeof titles;
const kinds = Object.keys(titles) as ToldTable[];

/** A table, or why there is none. */
type Found = WrittenTable | string | null;

/** What the kernel says of what is selected; null until it has. */
function useReply(kind: ToldTable | null): Found {
  const { store, signal } = useView();
  const { selection, status } = useSnapshot();
  const [found, setFound] = useKept<{ asked: string; reply: Found } | null>("told", null);
  const { range, start, end, definitions, developers, clock, machine_opens, time_zone } = selection;
  const scope = [range, start, end, definitions, developers, clock, machine_opens, time_zone];
  const asked = JSON.stringify([kind, scope, status.read_ms]);
  const reply = found?.asked === asked ? found.reply : null;
  const ask = reply === null && status.state !== "computing" ? kind : null;
  useEffect(() => {
    if (!ask) return;
    let current = true;
    const take = (told: Found): void => {
      if (current && !signal.aborted) setFound({ asked, reply: told });
    };
    store.ask(ask, {}, patience).then(take, (error: Error) => take(error.message));
    return () => {
      current = false;
    };
  }, [ask, asked, store, signal]);
  return reply;
}

interface Props {
  /** Which is open; the line under the verdict opens the first. */
  open: ToldTable | null;
  setOpen: (open: ToldTable | null) => void;
  /** How often that line opened it: each time it is brought into view. */
  asked: number;
  /** What the page has without a kernel. */
  known: UsualRange | null | undefined;
}

export function UsualRules({ open, setOpen, asked, known }: Props): JSX.Element | null {
  const { kernel } = useSnapshot();
  const reply = useReply(kernel ? open : null);
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
      <div class="rw-choices">
        {kinds
          .filter((kind) => kernel || kind === "usual_rules")
          .map((kind) => (
            <button
              key={kind}
              ref={kind === "usual_rules" ? button : undefined}
              type="button"
              class="rw-button"
              aria-expanded={open === kind}
              aria-controls={open === kind ? part : undefined}
              onClick={() => setOpen(open === kind ? null : kind)}
            >
              {titles[kind]}
            </button>
          ))}
      </div>
      {open && (
        <div id={part} aria-live="polite" aria-busy={found === null}>
          {found === null && <p class="rw-muted">Computing …</p>}
          {typeof found === "string" && <p>It cannot be told here: {found}</p>}
          {found !== null && typeof found !== "string" && <Told found={found} />}
        </div>
      )}
    </div>
  );
}

/** Steps are set apart: one that is written from right to left would turn the arrows round. */
const Steps = ({ names }: { names: string[] }): JSX.Element => (
  <>
    {names.map((name, place) => (
      <>
        {place > 0 && " → "}
        <bdi>{name}</bdi>
      </>
    ))}
  </>
);

function Told({ found }: { found: WrittenTable }): JSX.Element {
  const { line, label, heads, numbers, rows, notes } = found;
  const kind = (place: number): string | undefined =>
    numbers.includes(place) ? "rw-num" : undefined;
  return (
    <>
      {line && <p class="rw-usual-line">{line}</p>}
      {rows.length > 0 && (
        <div class="rw-table">
          <table>
            <caption class="rw-offscreen">{label}</caption>
            <thead>
              <tr>
                {heads.map((head, place) => (
                  <th key={head} scope="col" class={kind(place)}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.join("|")}>
                  {row.map((cell, place) => (
                    <td key={heads[place]} class={kind(place)}>
                      {typeof cell === "string" ? <bdi>{cell}</bdi> : <Steps names={cell} />}
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
