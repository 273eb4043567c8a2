import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { ActionDetail } from "./features/action/ActionDetail";
import { AudiencePanel } from "./features/audience/AudienceDetails";
import { ChannelList } from "./features/channels/ChannelList";
import { Footer } from "./features/dashboard/Footer";
import { Header } from "./features/dashboard/Header";
import { ExperimentPanel } from "./features/experiment/ExperimentPanel";
import { useExperiment } from "./features/experiment/useExperiment";
import { VerdictLine } from "./features/experiment/Verdict";
import { Explore } from "./features/explore/Explore";
import { FlowView } from "./features/flow/FlowView";
import { OverviewPanel } from "./features/overview/OverviewPanel";
import { Banners, Progress } from "./ui/Banners";
import { widget } from "./ui/mount";
import { usePaper } from "./ui/paper";
import { SegmentsProvider } from "./ui/Segments";
import { useSnapshot, useView } from "./ui/view";

/** The way back from an action to the campaign, by its button or by Escape; the focus returns to the action's card. */
function useBack(action: string | null): () => void {
  const { store, root } = useView();
  const back = (): void => {
    const card = root.querySelector<HTMLElement>(
      `.rw-card[data-action="${CSS.escape(action ?? "")}"]`,
    );
    card?.focus();
    store.select({ action: null, channel: null, metric: "users" });
  };
  useEffect(() => {
    if (action === null) return;
    const life = new AbortController();
    const press = (event: KeyboardEvent): void => {
      // Whatever else Escape closes, such as a menu, has stopped it on its way here.
      if (event.key !== "Escape" || (event.target as Element).closest("input, textarea")) return;
      event.stopPropagation();
      back();
    };
    root.addEventListener("keydown", press, { signal: life.signal });
    return () => life.abort();
  }, [action]);
  return back;
}

function Left(): JSX.Element {
  const { campaign, selection } = useSnapshot();
  const action = campaign.actions.find((one) => one.id === selection.action);
  const back = useBack(action?.id ?? null);
  if (action) {
    return <ActionDetail key={action.id} action={action} onBack={back} />;
  }
  return (
    <>
      <OverviewPanel />
      <Explore />
    </>
  );
}

function Dashboard(): JSX.Element {
  const concluded = useExperiment();
  const [open, setOpen] = useState(false);
  const paper = usePaper();
  const panel = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!open) return;
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView?.({ block: "nearest" });
  }, [open]);
  const toggle = { open, panel, onToggle: () => setOpen(!open) };
  return (
    <SegmentsProvider>
      <Progress />
      <Header />
      <Banners />
      <VerdictLine concluded={concluded} toggle={toggle} />
      {concluded.shown && (open || paper) && (
        <ExperimentPanel shown={concluded.shown} id={panel} heading={heading} />
      )}
      <div class="rw-halves">
        <div class="rw-half">
          <Left />
        </div>
        <div class="rw-half">
          <FlowView />
        </div>
      </div>
      <ChannelList />
      <AudiencePanel />
      <Footer />
    </SegmentsProvider>
  );
}

export default widget("rw-dashboard", Dashboard);
