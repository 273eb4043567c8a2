import { FlowView } from "./features/flow/FlowView";
import { Banners, Progress } from "./ui/Banners";
import { widget } from "./ui/mount";
import { SegmentNotice, SegmentsProvider } from "./ui/Segments";
import { decode } from "./wire/arrow";

export default widget(
  "rw-flow",
  () => (
    <SegmentsProvider>
      <Progress />
      <Banners />
      <FlowView />
      <SegmentNotice code="widget.segment.users" />
    </SegmentsProvider>
  ),
  decode,
);
