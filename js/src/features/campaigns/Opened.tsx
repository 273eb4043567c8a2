// One campaign's dashboard, or its experiment, in place of the list: the kernel makes it, and its own model fills it.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ErrorText, failureOf } from "../../ui/Failure";
import { Mark } from "../../ui/icons";
import type { WidgetModule } from "../../ui/mount";
import { useView } from "../../ui/view";
import type { CampaignPart } from "../../wire/campaigns";
import { evaluated } from "../../wire/code";
import type { RequestError } from "../../wire/requests";
import type { Selection } from "../../wire/selection";
import { Placeholder, slowPatience } from "../audience/answer";
import type { Placed } from "./lines";

const unable: RequestError = {
  message: "This host cannot show one widget inside another.",
  hint: "Show campaigns.dashboard, or campaigns.experiment, in a cell of its own.",
  limit: true,
};

interface Props {
  line: Placed;
  part: CampaignPart;
  onBack: () => void;
}

export function Opened({ line, part, onBack }: Props): JSX.Element {
  const { store, signal, code, other } = useView();
  const stage = useRef<HTMLDivElement>(null);
  const back = useRef<HTMLButtonElement>(null);
  const [failure, setFailure] = useState<RequestError | null>(null);
  const [ready, setReady] = useState(false);
  // Escape belongs to an open action first: the dashboard closes that.
  const action = useRef<string | null>(null);
  const selected = useRef<() => string | null>(() => null);
  useEffect(() => {
    const life = new AbortController();
    const end = (): void => life.abort();
    signal.addEventListener("abort", end, { signal: life.signal });
    const bundle = part === "results" ? "dashboard" : part;
    const show = async (): Promise<void> => {
      const id = await store.ask("open", { place: line.place, part }, slowPatience);
      const [model, source] = await Promise.all([other(id), code?.(bundle)]);
      if (life.signal.aborted) return;
      if (!model || !source) return setFailure(unable);
      const { default: widget } = await evaluated<{ default: WidgetModule }>(source);
      if (life.signal.aborted || !stage.current) return;
      selected.current = () => (model.get("_selection") as Selection | undefined)?.action ?? null;
      widget.render({ model, el: stage.current, signal: life.signal, code });
      setReady(true);
    };
    show().catch((error: unknown) => !life.signal.aborted && setFailure(failureOf(error)));
    back.current?.focus({ preventScroll: true });
    back.current?.scrollIntoView?.({ block: "nearest" });
    return end;
  }, [line.place, part]);
  const before = (event: KeyboardEvent): void => {
    if (event.key === "Escape") action.current = selected.current();
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.defaultPrevented || action.current !== null) return;
    if ((event.target as Element).closest("input, textarea, select")) return;
    event.stopPropagation();
    onBack();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is a second way back, beside the button.
    <div class="rw-opened" data-testid="opened" onKeyDownCapture={before} onKeyDown={press}>
      <button ref={back} type="button" class="rw-button rw-quiet" onClick={onBack}>
        <Mark name="back" />
        All campaigns
      </button>
      {failure && <ErrorText failure={failure} />}
      {!ready && !failure && <Placeholder rows={6} />}
      <div ref={stage} class="rw-opened-stage" />
    </div>
  );
}
