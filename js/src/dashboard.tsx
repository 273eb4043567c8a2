import type { JSX } from "preact";
import { ActionDetail } from "./components/ActionDetail";
import { AudiencePanel } from "./components/Audience";
import { ChannelList } from "./components/ChannelList";
import { Explore } from "./components/Explore";
import { FlowView } from "./components/FlowView";
import { Footer } from "./components/Footer";
import { Header } from "./components/Header";
import { OverviewPanel } from "./components/OverviewPanel";
import { SegmentsProvider } from "./components/Segments";
import { Banners, Progress } from "./components/States";
import { useSnapshot, useView } from "./lib/model";
import { widget } from "./lib/mount";

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
