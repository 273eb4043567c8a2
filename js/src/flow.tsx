import { FlowView } from "./components/FlowView";
import { SegmentNotice, SegmentsProvider } from "./components/Segments";
import { Banners, Progress } from "./components/States";
import { widget } from "./lib/mount";

export default widget("rw-flow", () => (
  <SegmentsProvider>
    <Progress />
    <Banners />
    <FlowView />
    <SegmentNotice code="widget.segment.users" />
  </SegmentsProvider>
));
