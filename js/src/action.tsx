import type { JSX } from "preact";
import { ActionDetail } from "./features/action/ActionDetail";
import { Banners, Progress } from "./ui/Banners";
import { widget } from "./ui/mount";
import { SegmentNotice, SegmentsProvider } from "./ui/Segments";
import { useSnapshot } from "./ui/view";
import { decode } from "./wire/arrow";

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

export default widget("rw-action", Action, decode);
