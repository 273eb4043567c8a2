// A button of the dashboard's header with what opens below it.
import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Mark } from "../../ui/icons";
import { usePopover } from "../../ui/popover";
import { useView } from "../../ui/view";

/** Draws what is opened, which may close it again: the focus returns to the button. */
type Opened = (close: () => void) => JSX.Element;

export function HeaderMenu({
  name,
  mark,
  testid,
  children,
}: {
  name: ComponentChildren;
  /** What stands before the name, or for it where there is little room; else an arrow stands after it. */
  mark?: Parameters<typeof Mark>[0]["name"];
  testid: string;
  children: Opened;
}): JSX.Element {
  const { width } = useView();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const close = (focus = true): void => {
    setOpen(false);
    if (focus) box.current?.querySelector("button")?.focus({ preventScroll: true });
  };
  usePopover(box, open, close);
  return (
    <span class="rw-settings" ref={box}>
      <button
        type="button"
        class="rw-button"
        aria-expanded={open}
        aria-haspopup="dialog"
        data-testid={testid}
        data-tip={mark && width === "small" ? name : undefined}
        onClick={() => setOpen(!open)}
      >
        {mark && <Mark name={mark} />}
        {name}
        {!mark && <Mark name="fold" />}
      </button>
      {open && children(close)}
    </span>
  );
}
