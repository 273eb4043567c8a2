import type { JSX } from "preact";
import { ActionDetail } from "./features/action/ActionDetail";
import { AudiencePanel } from "./features/audience/AudienceDetails";
import { ChannelList } from "./features/channels/ChannelList";
import { Footer } from "./features/dashboard/Footer";
import { Header } from "./features/dashboard/Header";
import { Explore } from "./features/explore/Explore";
import { FlowView } from "./features/flow/FlowView";
import { OverviewPanel } from "./features/overview/OverviewPanel";
import { Banners, Progress } from "./ui/Banners";
import { widget } from "./ui/mount";
import { SegmentsProvider } from "./ui/Segments";
import { useSnapshot, useView } from "./ui/view";

function Left(): JSX.Element {
  const { store } = useView();
  const { campaign, selection } = useSnapshot();
  const action = campaign.actions.find((one) => one.id === selection.action);
  if (action) {
    return (
      <ActionDetail
        key={action.id}
        action={action}
        onBack={() => store.select({ action: null, channel: null, metric: "users" })}
      />
    );
  }
  return (
    <>
      <OverviewPanel />
      <Explore />
    </>
  );
}

function Dashboard(): JSX.Element {
  return (
    <SegmentsProvider>
      <Progress />
      <Header />
      <Banners />
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
