// The single tooltip of a widget: an element's own words, or everything known about a number.
import type { JSX } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Scope } from "../wire/glossary";
import type { Snapshot } from "../wire/store";
import { type Facts, factsOf, type MetricRef } from "./glossary";
import { between, edge } from "./popover";
import { TipWatch } from "./tip_watch";
import { useSnapshot, useView } from "./view";

const gap = 6;
/** What is wider has its tooltip at the pointer and not at its middle. */
const wide = 240;

/** The number that an element shows. */
function refOf({ dataset }: HTMLElement): MetricRef | null {
  const { scope, metric, owner } = dataset;
  return scope && metric ? { scope: scope as Scope, id: owner ?? "", metric } : null;
}

/** Beside its owner, within what can be seen of the widget. */
function place(box: HTMLElement, owner: Element, root: HTMLElement, x?: number): void {
  const page = root.ownerDocument.documentElement;
  const [own, of, room] = [box, owner, root].map((one) => one.getBoundingClientRect()) as [
    DOMRect,
    DOMRect,
    DOMRect,
  ];
  const left = Math.max(room.left, 0) + edge;
  const right = Math.min(room.right, page.clientWidth) - edge;
  const top = Math.max(room.top, 0) + edge;
  const bottom = Math.min(room.bottom, page.clientHeight) - edge;
  const middle = x !== undefined && of.width > wide ? x : of.left + of.width / 2;
  const below = of.bottom + gap;
  const above = of.top - gap - own.height;
  const y = below + own.height <= bottom || above < top ? below : above;
  box.style.left = `${between(middle - own.width / 2, left, right - own.width) - room.left + root.scrollLeft - root.clientLeft}px`;
  box.style.top = `${between(y, top, bottom - own.height) - room.top + root.scrollTop - root.clientTop}px`;
}

function Before({ facts }: { facts: Facts }): JSX.Element | null {
  const { before } = facts;
  return (
    before && (
      <div class="rw-tooltip-line">
        {before.when} <b>{before.value}</b>
        {before.change && (
          <span class={before.change.flat ? "" : before.change.good ? "rw-good" : "rw-bad"}>
            {" "}
            {before.change.flat ? "■" : before.change.up ? "▲" : "▼"} {before.change.text}
          </span>
        )}
      </div>
    )
  );
}

function Told({ facts, id }: { facts: Facts; id: string }): JSX.Element {
  return (
    <>
      <div class="rw-tooltip-head">
        <b>{facts.name}</b>
        <b>{facts.value}</b>
      </div>
      {/* Its owner's name says the numbers already; what it means is the description. */}
      {facts.lines.map((line) => (
        <div key={line} class="rw-tooltip-line">
          {line}
        </div>
      ))}
      <div id={id}>
        <Before facts={facts} />
        {facts.text.map((text) => (
          <div key={text} class="rw-muted">
            {text}
          </div>
        ))}
      </div>
    </>
  );
}

/** Words of its own; with several lines, the first is the heading. */
function Words({ text, id }: { text: string; id: string }): JSX.Element {
  const [head, ...rest] = text.split("\n");
  return (
    <div id={id}>
      {rest.length > 0 ? <b>{head}</b> : head}
      {rest.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </div>
  );
}

/** Asks for the users of a number, by its button or by the key U. */
function useUsers(
  snapshot: Snapshot,
  ref: MetricRef | null,
  facts: Facts | null,
): (() => void) | null {
  const view = useView();
  const { asks } = view;
  const can =
    ref && facts?.behind && asks.users && snapshot.kernel && !snapshot.options.closed?.users;
  if (!can) return null;
  const { behind } = facts;
  return () =>
    asks.users?.({
      of: "metric",
      metric: behind as string,
      action: ref.scope === "action" ? ref.id : null,
      channel: ref.scope === "channel" ? ref.id : null,
    });
}

/** Describe the owner by the tooltip as long as it is shown. */
function useDescription(owner: HTMLElement | null, id: string): void {
  useEffect(() => {
    if (!owner || owner.getAttribute("aria-label") === owner.dataset.tip) return;
    const before = owner.getAttribute("aria-describedby");
    owner.setAttribute("aria-describedby", id);
    return () => {
      if (before === null) owner.removeAttribute("aria-describedby");
      else owner.setAttribute("aria-describedby", before);
    };
  }, [owner]);
}

export function Tip(): JSX.Element | null {
  const { root, signal } = useView();
  const snapshot = useSnapshot();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const watch = useRef<TipWatch | null>(null);
  const [{ owner, x }, setShown] = useState<{ owner: HTMLElement | null; x?: number }>({
    owner: null,
  });
  useEffect(() => {
    watch.current = new TipWatch(
      root,
      () => box.current,
      (owner, x) => setShown({ owner, x }),
      signal,
    );
  }, []);
  const gone = owner !== null && !watch.current?.stands;
  const shown = gone ? null : owner;
  const ref = shown && refOf(shown);
  const facts = ref && factsOf(snapshot, ref);
  const users = useUsers(snapshot, ref, facts);
  useDescription(shown, id);
  useLayoutEffect(() => {
    if (box.current && shown) place(box.current, shown, root, x);
  });
  useEffect(() => {
    if (!shown || !users) return;
    const press = (event: KeyboardEvent): void => {
      if (event.key === "u" && !event.metaKey && !event.ctrlKey && !event.altKey) users();
    };
    shown.addEventListener("keydown", press);
    return () => shown.removeEventListener("keydown", press);
  });
  if (!shown) return null;
  return (
    <div ref={box} class="rw-tooltip" data-testid="tip">
      <div role="tooltip">
        {facts ? <Told facts={facts} id={id} /> : <Words text={shown.dataset.tip ?? ""} id={id} />}
      </div>
      {users && (
        <button type="button" class="rw-button rw-quiet" tabIndex={-1} onClick={users}>
          Users <kbd>U</kbd>
        </button>
      )}
    </div>
  );
}
