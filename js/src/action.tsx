import type { JSX } from "preact";
import { ActionDetail } from "./components/ActionDetail";
import { SegmentNotice, SegmentsProvider } from "./components/Segments";
import { Banners, Progress } from "./components/States";
import { useSnapshot } from "./lib/model";
import { widget } from "./lib/mount";

function Action(): JSX.Element {
  const { campaign, selection } = useSnapshot();
  const action = campaign.actions.find((one) => one.id === selection.action);
  return (
    <SegmentsProvider>
      <Progress />
      <Banners />
      {action ? (
        <ActionDetail key={action.id} action={action} />
      ) : (
        <p class="rw-note">Choose an action to see its results.</p>
      )}
      <SegmentNotice code="widget.segment.users" />
    </SegmentsProvider>
  );
}

export default widget("rw-action", Action);
