// The whole screen: in two columns, in one with tabs, or below one another on paper.
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { ActionDetail } from "./features/action/ActionDetail";
import { AudiencePanel } from "./features/audience/AudienceDetails";
import { ChannelList } from "./features/channels/ChannelList";
import { Footer } from "./features/dashboard/Footer";
import { Header } from "./features/dashboard/Header";
import { type TabName, twoColumns, useBack, useTab } from "./features/dashboard/navigation";
import { ExperimentPanel, panelTitle } from "./features/experiment/ExperimentPanel";
import { type ToldTable, UsualRules } from "./features/experiment/UsualRules";
import { type Concluded, useExperiment } from "./features/experiment/useExperiment";
import { VerdictLine } from "./features/experiment/Verdict";
import { loadCharts } from "./features/explore/charts";
import { Explore } from "./features/explore/Explore";
import { FlowView } from "./features/flow/FlowView";
import { MoreNumbers, OverviewPanel, Rings } from "./features/overview/OverviewPanel";
import { Banners, Progress } from "./ui/Banners";
import { useKept } from "./ui/kept";
import { widget } from "./ui/mount";
import { usePaper } from "./ui/paper";
import { SegmentsProvider } from "./ui/Segments";
import { type Tab, Tabs } from "./ui/Tabs";
import { useSnapshot, useView } from "./ui/view";
import { decode } from "./wire/arrow";

/** One action over what it came from, or beside its flow: neither moves for the other. */
function useAction(): JSX.Element | null {
  const { campaign, selection } = useSnapshot();
  const action = campaign.actions.find((one) => one.id === selection.action);
  const back = useBack(action?.id ?? null);
  return action ? <ActionDetail key={action.id} action={action} onBack={back} /> : null;
}

/** Two columns: numbers or an action at the left, the flow at the right. */
function Halves({ action }: { action: JSX.Element | null }): JSX.Element {
  const { width } = useView();
  const half = useRef<HTMLDivElement>(null);
  const room = useRef(0);
  const open = action !== null;
  const before = useRef(open);
  // The row stays as high as the campaign's numbers made it: what stands below does not jump.
  if (open && !before.current) room.current = half.current?.offsetHeight ?? 0;
  before.current = open;
  return (
    <div class="rw-halves">
      <div
        class={open ? "rw-half rw-half-action" : "rw-half"}
        ref={half}
        style={open && room.current > 0 ? { minHeight: `${room.current}px` } : undefined}
      >
        {action ?? (
          <>
            {width === "wide" ? <OverviewPanel /> : <MoreNumbers />}
            <Explore />
          </>
        )}
      </div>
      <div class="rw-half">
        <FlowView />
      </div>
    </div>
  );
}

/** One column: an action is a sheet over the flow, or takes its place. */
function FlowTab({ action }: { action: JSX.Element | null }): JSX.Element {
  const { width } = useView();
  return (
    <div class={`rw-flow-tab${action ? " rw-flow-covered" : ""}`}>
      <div class="rw-flow-under" hidden={action !== null && width === "small"}>
        <FlowView />
      </div>
      {action}
    </div>
  );
}

function Parts({ concluded }: { concluded: Concluded }): JSX.Element {
  const { width } = useView();
  const [tab, setTab] = useTab();
  const action = useAction();
  const panel = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const [told, setTold] = useKept<ToldTable | null>("usual", null);
  const [asked, setAsked] = useState(0);
  const two = twoColumns(width);
  const shown = concluded.shown;
  const title = shown && panelTitle(shown);
  const open = title !== null && tab === "experiment";
  const toggle = {
    open,
    panel,
    onToggle: (): void => {
      setTab(open ? (two ? "channels" : "flow") : "experiment");
      if (!open) requestAnimationFrame(() => reach(heading.current));
    },
    onUsual: (): void => {
      setTab("experiment");
      setTold("usual_rules");
      setAsked(asked + 1);
    },
  };
  const tabs: (Tab<TabName> | null)[] = [
    two ? null : { name: "flow", label: "Flow", content: () => <FlowTab action={action} /> },
    two
      ? null
      : {
          name: "explore",
          label: "Explore",
          content: () => (
            <div class="rw-section">
              <MoreNumbers />
              {/* An open action has its own, and one chart at a time is drawn. */}
              {(tab === "explore" || !action) && <Explore />}
            </div>
          ),
        },
    {
      name: "channels",
      label: "Channels",
      content: () => <ChannelList as={width === "small" ? "folds" : "lines"} />,
    },
    shown && title !== null
      ? {
          name: "experiment",
          label: title,
          content: () => (
            <ExperimentPanel
              shown={shown}
              id={panel}
              heading={heading}
              usual={<UsualRules open={told} asked={asked} setOpen={setTold} known={shown.usual} />}
            />
          ),
        }
      : null,
  ];
  const all = tabs.filter((one) => one !== null);
  return (
    <>
      <VerdictLine concluded={concluded} toggle={toggle} />
      {width !== "wide" && <Rings />}
      {two && <Halves action={action} />}
      <Tabs
        label="Parts of the campaign"
        tabs={all}
        shown={all.some(({ name }) => name === tab) ? tab : (all[0]?.name ?? "channels")}
        onShow={setTab}
      />
    </>
  );
}

/** Focus the heading of what was opened, and scroll it into view. */
function reach(heading: HTMLElement | null): void {
  heading?.focus({ preventScroll: true });
  // The sticky part above may have grown, which is measured in the next frame.
  const scroll = (): void => heading?.scrollIntoView?.({ block: "start" });
  requestAnimationFrame(() => requestAnimationFrame(scroll));
}

/** Everything below one another: nothing can be opened on paper. */
function Paper({ concluded }: { concluded: Concluded }): JSX.Element {
  const action = useAction();
  return (
    <>
      <VerdictLine concluded={concluded} />
      <div class="rw-halves">
        <div class="rw-half">
          {action ?? (
            <>
              <OverviewPanel />
              <Explore />
            </>
          )}
        </div>
        {/* The first page sums up; the flow has the next one to itself. */}
        <ChannelList />
        <div class="rw-half rw-half-flow">
          <FlowView />
        </div>
      </div>
      {concluded.shown && <ExperimentPanel shown={concluded.shown} />}
    </>
  );
}

/** A saved page has the code of charts at hand: ready for paper, also where the chart was never in sight. */
function useCharts(): void {
  const { store } = useView();
  useEffect(() => {
    const text = store.get("_chart_esm") as string | undefined;
    if (!text) return;
    const idle = globalThis.requestIdleCallback ?? ((act: () => void) => setTimeout(act));
    idle(() => void loadCharts({ key: text, text }).catch(() => undefined), { timeout: 1000 });
  }, []);
}

function Dashboard(): JSX.Element {
  useCharts();
  const concluded = useExperiment();
  const paper = usePaper();
  return (
    <SegmentsProvider>
      <Progress />
      <Header />
      <Banners />
      {paper ? <Paper concluded={concluded} /> : <Parts concluded={concluded} />}
      <AudiencePanel />
      <Footer />
    </SegmentsProvider>
  );
}

export default widget("rw-dashboard", Dashboard, decode);
